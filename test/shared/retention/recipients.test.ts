import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import { addRecipients } from '#shared/retention/recipients.ts';

const to = (recipient: unknown) => ({ data: { recipient } });
const nobody = { recipients: [], otherDisclosures: 0 };

describe('G18: who is to be told', () => {
  it('is every site once, by its id, in one order', () => {
    const [first, second] = [uuid(), uuid()].toSorted();

    const told = addRecipients(addRecipients(nobody, [to(second), to(second)]), [to(first), to(second)]);

    expect(told).toEqual({ recipients: [first, second], otherDisclosures: 0 });
  });

  it('A18: whoever is kept by name is counted, and not named', () => {
    const told = addRecipients(nobody, [to('Ada Lovelace'), to('courier@example.org'), to(undefined), to(7)]);

    expect(told).toEqual({ recipients: [], otherDisclosures: 4 });
  });

  it('has an end, whatever somebody kept: the row that lists them has a size', () => {
    const many = addRecipients(
      nobody,
      Array.from({ length: 1_002 }, () => to(uuid())),
    );

    expect(many.recipients).toHaveLength(1_000);
    expect(many.otherDisclosures).toBe(2);
    expect(addRecipients(many, [to(many.recipients[0])])).toEqual(many);
  });
});
