import * as z from 'zod';

const count = z.int().min(0);
const dataset = z.object({
  dataset: z.string(),
  found: count,
  erased: count,
  retained: count,
  residual: count,
  ground: z.string().optional(),
  exception: z.string().optional(),
  reviewAt: z.string().optional(),
});
const place = z.object({
  place: z.string(),
  assurance: z.string(),
  outcome: z.enum(['erased', 'already-erased', 'withheld']),
  keysDestroyedAt: z.string().optional(),
  reason: z.string().optional(),
  datasets: z.array(dataset),
});

/** What a receipt says, as far as the play looks at it: docs/evidence.md, The statement. */
export const receiptContent = z.object({
  requestId: z.string(),
  right: z.literal('erasure'),
  ground: z.string(),
  receivedAt: z.string(),
  concludedAt: z.string(),
  controllers: z.array(z.object({ controllerId: z.string(), name: z.string(), places: z.array(place) })),
  remainingCopies: z.array(
    z.object({
      what: z.string(),
      until: z.string(),
      endedBy: z.enum(['service', 'run', 'person']),
      ground: z.string().optional(),
    }),
  ),
  subject: z.object({ hash: z.string(), hashAlgorithm: z.literal('sha-256') }),
  ledger: z.object({ seq: z.int(), hash: z.string() }),
});
export type ReceiptContent = z.output<typeof receiptContent>;
export type ReceiptPlace = z.output<typeof place>;
export type DatasetCounts = z.output<typeof dataset>;

/** Every place of a receipt, with the name of its controller. */
export const placesOf = ({ controllers }: ReceiptContent): (ReceiptPlace & { readonly name: string })[] =>
  controllers.flatMap(({ name, places }) => places.map((one) => ({ ...one, name })));
