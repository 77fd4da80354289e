import * as z from 'zod';
import { withheldReasons, type WithheldReason } from '#shared/data-map/withheld.ts';
import { id } from '#shared/http/fields.ts';

export const withheldView = z.strictObject({
  reason: z.enum(withheldReasons),
  controllerId: id.optional(),
  dataset: z.string().optional(),
});
type Withheld = z.output<typeof withheldView>;

/** Of a receipt what is looked at here; a receipt that is older than a field of it reads the same. */
const signed = z.object({
  controllers: z.array(
    z.object({
      controllerId: z.string(),
      places: z.array(
        z.object({
          reason: z.enum(withheldReasons).optional(),
          datasets: z.array(z.object({ dataset: z.string(), ground: z.string().optional() })),
        }),
      ),
    }),
  ),
});

/**
 * What was withheld and why (G09). Which data that is, only a receipt knows: the end of an erasure counts by dataset, and
 * what a plan leaves out is not looked up for it (docs/decisions.md, D39 and D72).
 * @param jws the receipt as we stored it
 */
export function withheldOf(reasons: readonly WithheldReason[], jws: string | undefined): Withheld[] {
  const stated = jws === undefined ? [] : statedIn(jws);
  return reasons.flatMap((reason): Withheld[] => {
    const ofReason = stated.filter((one) => one.reason === reason);
    return ofReason.length > 0 ? ofReason : [{ reason }];
  });
}

function statedIn(jws: string): Withheld[] {
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  const { controllers } = signed.parse(JSON.parse(payload));
  const entries = controllers.flatMap(({ controllerId, places }) =>
    places.flatMap(({ reason, datasets }): Withheld[] => {
      // Of what the proof no longer opens, the receipt has the controller and no dataset.
      if (reason !== undefined && datasets.length === 0) return [{ reason, controllerId }];
      if (reason !== undefined) return datasets.map(({ dataset }) => ({ reason, controllerId, dataset }));
      return datasets
        .filter(({ ground }) => ground === 'hold')
        .map(({ dataset }) => ({ reason: 'under-hold', controllerId, dataset }));
    }),
  );
  // Somebody who registered anew has two profiles at one controller.
  return [...new Map(entries.map((one) => [JSON.stringify(one), one])).values()];
}
