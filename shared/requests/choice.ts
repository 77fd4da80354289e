import { createHash } from 'node:crypto';
import { keyedHash, verifyKeyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import type { RequestRecord } from './request-record.ts';
import { PlanForged } from './tasks.ts';

type Choice = Pick<RequestRecord, 'requestId' | 'right' | 'scope' | 'ground'>;

/** The scope as one digest: a MAC covers 4,096 bytes at most. */
const fieldsOf = ({ requestId, right, scope = [], ground }: Choice): string[] => [
  'choice',
  requestId,
  right,
  scope === 'all'
    ? scope
    : createHash('sha256').update(scope.toSorted().join('\n'), 'utf8').digest('base64url'),
  ground ?? '',
];

/**
 * What a request's person or site chose when it started: the controllers, and the ground. The functions that take the choice
 * alone can make this MAC: by a wider scope another writer of requests would erase at controllers that nobody named (A5).
 */
export const choiceMac = (choiceKey: MacKey, choice: Choice): Promise<string> =>
  keyedHash(choiceKey, ...fieldsOf(choice));

/** @throws PlanForged where the row of a started request says another choice than was made */
export async function requireChoice(
  choiceKey: MacKey,
  request: Choice & Pick<RequestRecord, 'choiceMac'>,
): Promise<void> {
  if (!(await verifyKeyedHash(choiceKey, request.choiceMac ?? '', ...fieldsOf(request))))
    throw new PlanForged(`request ${request.requestId} was not started like this`);
}
