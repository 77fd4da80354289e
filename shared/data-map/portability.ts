import type { Basis } from './basis.ts';
import type { Dataset } from './data-map.ts';
import type { Field } from './field.ts';

/** Whether the person provided the value. Observed data counts (WP 242 rev.01, II.C); what the controller made does not. */
export const isProvided = (field: Field): boolean => field.provided !== false;

/**
 * Whether Art. 20(1) reaches a record: on consent or contract (G25: the policy speaks of consent alone, the law of
 * both), by the record's own basis, and with anything in it that the person provided.
 */
export function isPortable(dataset: Dataset, basis: Basis): boolean {
  return (basis === 'consent' || basis === 'contract') && Object.values(dataset.fields).some(isProvided);
}
