import type { Basis } from './basis.ts';
import type { Dataset } from './data-map.ts';
import type { Purpose } from './purpose.ts';

/**
 * The purposes that a person must have accepted before a record is stored or read (P17): the terms always, and the
 * dataset's own purposes where consent is the record's legal basis.
 */
export function consentPurposesFor(dataset: Dataset, basis: Basis): readonly Purpose[] {
  return basis === 'consent' ? ['terms-accepted', ...dataset.purposes] : ['terms-accepted'];
}
