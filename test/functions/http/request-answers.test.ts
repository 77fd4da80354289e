import { describe, expect, it } from 'vitest';
import { viewOf } from '#functions/http/request-answers.ts';
import { readForUser, submitForUser } from '#functions/http/site-requests/contract.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';

const requestId = '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e';
const controllerId = '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8f';
const at = '2026-11-25T10:00:00.000Z';
const record = (changes: Partial<RequestRecord>): RequestRecord =>
  ({
    requestId,
    right: 'erasure',
    state: 'cooling-off',
    receivedAt: at,
    dueAt: at,
    ...changes,
  }) as RequestRecord;
const receipt = `head.${Buffer.from(
  JSON.stringify({
    controllers: [
      {
        controllerId,
        places: [{ reason: 'needs-level-2', datasets: [{ dataset: 'credential', found: 1 }] }],
      },
    ],
  }),
).toString('base64url')}.signature`;

describe('G09: how a request stands, said to its site and to its person alike', () => {
  it('names the end of the cooling-off, and what was withheld and why', () => {
    const coolingOffUntil = '2026-11-26T10:00:00.000Z';

    expect(viewOf(record({ coolingOffUntil }))).toMatchObject({ coolingOffUntil });
    const ended = record({ state: 'partly-fulfilled', withheld: ['needs-level-2'] });
    expect(viewOf(ended).withheld).toEqual([{ reason: 'needs-level-2' }]);
    expect(viewOf(ended, receipt).withheld).toEqual([
      { reason: 'needs-level-2', controllerId, dataset: 'credential' },
    ]);
  });

  it('has neither before there is one', () => {
    const view = viewOf(record({ state: 'in-progress', right: 'access' }));

    expect(view).not.toHaveProperty('coolingOffUntil');
    expect(view).not.toHaveProperty('withheld');
  });

  it('is what the contract of sites lets through', () => {
    const view = viewOf(
      record({
        ...{ state: 'partly-fulfilled', receipt: 'x', withheld: ['under-hold'], coolingOffUntil: at },
      }),
      receipt,
    );

    expect(view).toMatchObject({ withheld: [{ reason: 'under-hold' }], coolingOffUntil: at });
    expect(readForUser.responses[200].schema.parse(view)).toEqual(view);
    expect(submitForUser.responses[202].schema.parse(view)).toEqual(view);
  });
});
