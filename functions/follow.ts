import type { Log } from '#shared/observability/log.ts';
import { sendEffects, type Effect, type EffectQueue } from '#shared/requests/effects.ts';

/** The state is committed: an effect that cannot be sent now is found by the reconciler, so the call has succeeded. */
export async function follow(queue: EffectQueue, effects: readonly Effect[], log: Log): Promise<void> {
  try {
    await sendEffects(queue, effects);
  } catch (error) {
    log.error('effect-not-sent', error, { requestId: effects[0]?.requestId });
  }
}
