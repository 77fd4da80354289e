import type { Dataset } from './data-map.ts';
import type { RecordData } from './parse-record-data.ts';

/** `answer` is given out as `answerSet`: that there is one, not what it is. */
export const setFlagOf = (fieldName: string): string => `${fieldName}Set`;

/**
 * A record's data as it may leave us: secrets, hashed as they are, are replaced by the fact that they are set. Every
 * read and every export passes through here (P03, P08, A36). Fields that the map does not know stay behind too.
 */
export function withholdSecrets(dataset: Dataset, data: RecordData): RecordData {
  const entries = Object.entries(dataset.fields)
    .filter(([name]) => Object.hasOwn(data, name) && data[name] !== undefined)
    .map(([name, field]) => (field.secret ? [setFlagOf(name), true] : [name, data[name]]));
  return Object.fromEntries(entries) as RecordData;
}
