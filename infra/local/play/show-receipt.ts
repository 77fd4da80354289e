import { placesOf, type ReceiptContent } from './receipt.ts';
import type { Stage } from './stage.ts';

const day = (instant: string): string => instant.slice(0, 10);
const minute = (instant: string): string =>
  instant.includes('T') ? `${day(instant)} ${instant.slice(11, 16)} UTC` : instant.replaceAll('-', ' ');

/** What a receipt says, as tables: what became of each dataset, when the keys went, which copies can still exist. */
export function showReceipt({ show }: Pick<Stage, 'show'>, content: ReceiptContent): void {
  const { ground, receivedAt, concludedAt } = content;
  show.quiet(`Erasure on the ground of Art. ${ground}, received ${receivedAt}, concluded ${concludedAt}`);
  for (const { name, outcome, assurance, keysDestroyedAt, reason, datasets } of placesOf(content)) {
    const keys = keysDestroyedAt === undefined ? '' : `, keys destroyed at ${keysDestroyedAt}`;
    const why = reason === undefined ? '' : `: ${reason}`;
    show.part(`${name}: ${outcome}${why}${keys} (${assurance})`);
    show.table([
      ['dataset', 'found', 'erased', 'retained', 'left', 'kept because of', 'review'],
      ...datasets.map(({ dataset, found, erased, retained, residual, exception, reviewAt = '' }) => [
        ...[dataset, found, erased, retained, residual],
        exception === undefined ? '' : `Art. ${exception}`,
        reviewAt,
      ]),
    ]);
  }
  show.part('Copies that can still exist, and until when at the latest');
  show.table([
    ['what', 'until', 'kept because of'],
    ...content.remainingCopies.map(({ what, until, ground: exception }) => [
      what,
      minute(until),
      exception === undefined ? '' : `Art. ${exception}`,
    ]),
  ]);
}
