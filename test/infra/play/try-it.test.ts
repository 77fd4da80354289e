import { describe, expect, it } from 'vitest';
import { linesToTry } from '#infra/local/play/try-it.ts';

const linesOf = (state: string, isUp: boolean): string[] =>
  linesToTry(
    {
      bundleFolder: `${state}/run/bundles`,
      keysFile: `${state}/run/bundles/keys.json`,
      email: 'a@example.org',
      stackFile: isUp ? `${state}/stack.json` : undefined,
    },
    '/project',
  );
const auditOf = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.includes('--stage local'));

describe('the commands that the play leaves', () => {
  it('look for the ledger where commands look by themselves, while the system is up', () => {
    const lines = linesOf('/project/.local', true);

    expect(auditOf(lines)).toEqual([
      'npm run audit-ledger -- --stage local --receipt .local/run/bundles/receipt.jws --keys .local/run/bundles/keys.json',
    ]);
    expect(lines).toContain(
      'npm run verify-bundle -- .local/run/bundles/access.zip --keys .local/run/bundles/keys.json',
    );
    expect(lines.join('\n')).toContain('while the system is up');
  });

  it('name the file of the system where its state is in another folder', () => {
    expect(auditOf(linesOf('/project/.local-2', true))).toEqual([
      'DATA_RIGHTS_STACK_FILE=.local-2/stack.json npm run audit-ledger -- --stage local --receipt .local-2/run/bundles/receipt.jws --keys .local-2/run/bundles/keys.json',
    ]);
    expect(auditOf(linesOf("/tmp/it's here", true))).toEqual([
      expect.stringContaining(
        String.raw`DATA_RIGHTS_STACK_FILE='../tmp/it'\''s here/stack.json' npm run`,
      ) as string,
    ]);
  });

  it('are none of the ledger, which is gone, where the system ends with the play', () => {
    for (const state of ['/project/.local', '/project/.local-2']) {
      const lines = linesOf(state, false);
      expect(auditOf(lines)).toEqual([]);
      expect(lines.join('\n')).not.toContain('while the system is up');
      expect(lines.join('\n')).toContain('The ledger ends with the system');
    }
  });
});
