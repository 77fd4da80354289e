import { placesOf, type ReceiptContent } from './receipt.ts';
import type { Stage } from './stage.ts';

const day = (instant: string): string => instant.slice(0, 10);
const minute = (instant: string): string =>
  instant.includes('T') ? `${day(instant)} ${instant.slice(11, 16)} UTC` : instant.replaceAll('-', ' ');

const endings = {
  service: 'the service that holds it',
  run: 'a scheduled run',
  person: 'a person: no program does it yet',
} as const;

/** What a receipt says, as tables: what became of each dataset, when the keys went, which copies can still exist. */
export function showReceipt({ show }: Pick<Stage, 'show'>, content: ReceiptContent): void {
  const { ground, receivedAt, concludedAt } = content;
  show.quiet(`Erasure on the ground of Art. ${ground}, received ${receivedAt}, concluded ${concludedAt}`);
  for (const { name, outcome, assurance, keysDestroyedAt, reason, datasets } of placesOf(content)) {
    const keys = keysDestroyedAt === undefined ? '' : `, keys destroyed at ${keysDestroyedAt}`;
    const why = reason === undefined ? '' : `: ${reason}`;
    show.part(
      `${name}: ${outcome}${why}${keys} (${assurance}${assurance === 'vendor-scanned' ? ': the service looked through it itself' : ''})`,
    );
    show.table([
      ['dataset', 'found', 'erased', 'retained', 'residual', 'kept because of', 'review'],
      ...datasets.map(({ dataset, found, erased, retained, residual, exception, reviewAt = '' }) => [
        ...[dataset, found, erased, retained, residual],
        exception === undefined ? '' : `Art. ${exception}`,
        reviewAt,
      ]),
    ]);
  }
  show.part('Copies that can still exist, until when at the latest, and what ends each');
  show.table([
    ['what', 'until', 'ended by', 'kept because of'],
    ...content.remainingCopies.map(({ what, until, endedBy, ground: exception }) => [
      what,
      minute(until),
      endings[endedBy],
      exception === undefined ? '' : `Art. ${exception}`,
    ]),
  ]);
}
