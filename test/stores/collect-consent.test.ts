import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { transact } from '#shared/aws/transaction.ts';
import { readConsents, supersedes, writeConsent, type Decision } from '#shared/consent/consent-store.ts';
import { findEntries, identifierBinding } from '#shared/profiles/identifier-store.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { unseal } from '#shared/vault/record-format.ts';
import { alice, device, minute, startCollecting, type Collecting } from '#test/support/collecting.ts';
import { makeWorld, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let site: Collecting;

beforeAll(async () => {
  names = await makeWorld();
});
beforeEach(async () => {
  site = await startCollecting(names);
});

describe('collectConsent', () => {
  it('G04: keeps evidence of every decision, and where each purpose stands', async () => {
    await site.consent('given', ['terms-accepted', 'login']);
    await site.consent('withdrawn', ['login'], { at: minute(1) });
    const standing = await readConsents(site.world.directory, site.profile.profileId);

    expect([...standing].map(([purpose, { decision }]) => [purpose, decision])).toEqual([
      ['login', 'withdrawn'],
      ['terms-accepted', 'given'],
    ]);
    expect(await site.held('consent')).toBe(2);
  });

  it.each(['withdrawn', 'refused'] as const)(
    'P17, G05: terms %s end every purpose that stands',
    async (decision) => {
      await site.consent('given', ['terms-accepted', 'login', 'support']);
      await site.consent(decision, [], { at: minute(1) });
      await site.consent('given', ['terms-accepted'], { at: minute(2) });

      const standing = await readConsents(site.world.directory, site.profile.profileId);
      expect([...standing].map(([purpose, one]) => [purpose, one.decision])).toEqual([
        ['login', decision],
        ['support', decision],
        ['terms-accepted', 'given'],
      ]);
    },
  );

  it('A7: an older decision that comes late changes nothing, and is evidence all the same', async () => {
    await site.consent('withdrawn', ['terms-accepted'], { at: minute(5) });
    await site.consent('given', ['terms-accepted'], { at: minute(4), named: [alice] });

    const standing = await readConsents(site.world.directory, site.profile.profileId);
    expect(standing.get('terms-accepted')?.decision).toBe('withdrawn');
    expect(await site.held('consent')).toBe(2);
    expect(await site.identifiers()).toEqual([]);
  });

  it('A7: of decisions at once the newest stands, and each is kept as evidence', async () => {
    const order = [4, 0, 5, 2, 1, 3];

    await Promise.all(
      order.map((n) => site.consent(n === 5 ? 'withdrawn' : 'given', ['login'], { at: minute(n) })),
    );

    const standing = await readConsents(site.world.directory, site.profile.profileId);
    expect(standing.get('login')).toMatchObject({ decision: 'withdrawn', at: minute(5) });
    expect(await site.held('consent')).toBe(6);
  });

  it.each([
    { standing: 'given', next: 'given', at: 0, written: true },
    { standing: 'given', next: 'withdrawn', at: 0, written: true },
    { standing: 'withdrawn', next: 'given', at: 0, written: false },
    { standing: 'withdrawn', next: 'refused', at: 0, written: true },
    { standing: 'withdrawn', next: 'given', at: 1, written: true },
    { standing: 'given', next: 'withdrawn', at: -1, written: false },
  ] as const)(
    'G05: $next, $at minutes after $standing, is written: $written',
    async ({ standing, next, at, written }) => {
      const { directory, clients } = site.world;
      const write = (decision: Decision, time: string) => {
        const row = {
          purpose: 'login',
          decision,
          consentId: uuid(),
          noticeVersion: '1',
          at: time,
          receivedAt: time,
        };
        return transact(clients.dynamo, [writeConsent(directory, site.profile.profileId, row)]);
      };
      await write(standing, minute(0));

      const second = write(next, minute(at));

      if (written) await expect(second).resolves.toBeUndefined();
      else await expect(second).rejects.toMatchObject({ name: 'TransactionRefused' });
      expect(supersedes({ at: minute(at), decision: next }, { at: minute(0), decision: standing })).toBe(
        written,
      );
    },
  );

  it('A14: refused, or withdrawn, links nobody', async () => {
    await site.consent('given');
    await site.consent('withdrawn', [], { at: minute(1), named: [alice] });

    expect(
      (await readConsents(site.world.directory, site.profile.profileId)).get('terms-accepted')?.decision,
    ).toBe('withdrawn');
    expect(await site.identifiers()).toEqual([]);
  });

  it('A18: keeps an identifier as keyed hash and ciphertext, which its profile’s key opens', async () => {
    await site.consent('given', ['terms-accepted'], { named: [alice] });
    const [row] = await site.identifiers();
    if (!row) throw new Error('not linked');

    expect(Buffer.from(row.sealed).toString('latin1')).not.toContain('alice');
    const opened = await withKey(site.world.vault, `P#${site.profile.profileId}`, 'ordinary', ({ key }) =>
      Promise.resolve(
        unseal(key, identifierBinding(site.profile.profileId, 'email', row.hash), row.sealed).toString(),
      ),
    );
    expect(opened).toEqual({ status: 'open', value: 'alice@example.org' });
  });

  it('A4: of two calls at once that name another address, one is current, and the other former', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [first, second] = [`${uuid()}-a`, `${uuid()}-b`].map((hash) => ({ ...alice, hash }));
      if (!first || !second) throw new Error('two');
      await site.consent('given', ['terms-accepted'], { named: [{ ...alice, hash: `${uuid()}-old` }] });

      await Promise.all([site.collect([device(0)], [first]), site.collect([device(1)], [second])]);

      const rows = await site.identifiers();
      expect(rows.filter(({ status }) => status === 'current')).toHaveLength(1);
      expect(rows.map(({ hash }) => hash)).toEqual(expect.arrayContaining([first.hash, second.hash]));
      for (const { hash, status } of rows) {
        const [entry] = await findEntries(site.world.index, 'email', hash);
        expect(entry).toMatchObject({ status });
      }
    }
  });

  it('A4: one that is replaced stays in both tables as former', async () => {
    await site.consent('given', ['terms-accepted'], { named: [{ ...alice, hash: 'hash-old' }] });
    await site.collect([device(0)], [{ ...alice, hash: 'hash-new' }]);

    const statuses = (await site.identifiers()).map(({ hash, status }) => `${hash} ${status}`);
    const mine = async (hash: string) =>
      (await findEntries(site.world.index, 'email', hash)).find(
        ({ profileId }) => profileId === site.profile.profileId,
      );
    expect(statuses).toEqual(['hash-new current', 'hash-old former']);
    expect(await mine('hash-old')).toMatchObject({ status: 'former' });
    expect(await mine('hash-new')).toMatchObject({ status: 'current', openedAt: site.profile.openedAt });
  });
});
