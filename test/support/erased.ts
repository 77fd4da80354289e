/** An erasure as its person goes through it, over HTTP. */
import { parseSigningJwks } from '#shared/signing/signing-jwk.ts';
import { verifyReceipt, type ReceiptVerdict } from '#shared/receipts/verify-receipt.ts';
import { submitAndProve, waitForEnd, withToken, type OwnRequest, type Proven } from './person.ts';
import { getJson, getText, postJson, type Answered, type TestSite } from './site.ts';

type Chosen = readonly Pick<TestSite, 'controllerId'>[];
export const startErasure = (
  { requestId, token }: Proven,
  sites: Chosen,
  details?: Record<string, unknown>,
): Promise<Answered> =>
  postJson(
    `/v1/subject/requests/${requestId}/start`,
    { controllers: sites.map(({ controllerId }) => controllerId), ...(details ? { details } : {}) },
    withToken(token),
  );

/** Files, proves and starts an erasure at these sites, and waits for its end. */
export async function erase(email: string, sites: Chosen): Promise<{ request: Proven; own: OwnRequest }> {
  const request = await submitAndProve(email, 'erasure');
  const started = await startErasure(request, sites);
  if (started.status !== 202) throw new Error(`start answered ${started.status}`);
  return { request, own: await waitForEnd(request) };
}

/** The receipt of an erasure as it is served, verified with the keys that are published. */
export async function fetchReceipt(
  { requestId, token }: Proven,
  claim?: { salt: string; identifier: string },
): Promise<ReceiptVerdict> {
  const { status, text } = await getText(`/v1/subject/requests/${requestId}/receipt`, withToken(token));
  if (status !== 200) throw new Error(`the receipt answered ${status}`);
  const keys = parseSigningJwks((await getJson('/v1/keys')).body);
  return verifyReceipt(text, keys, claim);
}
