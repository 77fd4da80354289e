import { describe, expect, it } from 'vitest';
import { constructId, functionNames, type FunctionName } from '#infra/powers/functions.ts';
import { powers } from '#infra/powers/powers.ts';
import { ofType, synthesize } from './synthesize.ts';

/** What a variable tells a function of; settings are of no resource. */
const tells: Record<string, string> = {
  EXPORT_MACHINE_ARN: 'machine/export',
  STAGING_BUCKET_NAME: 'staging',
  BUNDLES_BUCKET_NAME: 'bundles',
  EFFECTS_QUEUE_URL: 'queue/effects',
  MAIL_QUEUE_URL: 'queue/mail',
  MAIL_CONFIGURATION_SET: 'mail/configuration-set',
};
const settings = new Set([
  'SMS_COUNTRIES',
  'SMS_PER_DAY',
  'SMS_SENDER_ID',
  'PUBLIC_ORIGIN',
  'MAIL_FROM',
  'VENDOR_NAME',
  'VENDOR_COUNTRY',
  'VENDOR_TIME_ZONE',
]);
const kebab = (text: string): string => text.toLowerCase().replaceAll('_', '-');

function resourceOf(variable: string): string | undefined {
  if (settings.has(variable)) return undefined;
  const table = /^(\w+)_TABLE_NAME$/.exec(variable)?.[1];
  if (table !== undefined) return `table/${kebab(table)}`;
  const key = /^(\w+)_KEY_ID$/.exec(variable)?.[1];
  if (key !== undefined) return `key/${kebab(key)}`;
  const called = /^(\w+)_FUNCTION_NAME$/.exec(variable)?.[1];
  if (called !== undefined) return `function/invoked/${kebab(called)}`;
  return tells[variable] ?? variable;
}

/** Resources that a function works on without being told their names: what calls it, and what follows from others. */
const untold: Partial<Record<FunctionName, readonly string[]>> = {
  'queue/start-work': ['queue/effects'],
  'queue/send-message': ['queue/mail', 'mail/identity', 'sms/phones'],
};

const variables = new Map(
  ofType(synthesize(), 'AWS::Lambda::Function').map(([path, { Environment }]) => [
    path.replace('/Function', ''),
    Object.keys((Environment as { Variables: Record<string, unknown> }).Variables),
  ]),
);

describe('environments', () => {
  it.each(functionNames)('%s is told of exactly what it has powers on', (name) => {
    const told = (variables.get(constructId(name)) ?? []).flatMap((variable) => resourceOf(variable) ?? []);
    const worked = powers[name].map(({ on }) =>
      on
        .replace(/^(bucket|objects)\//, '')
        .replace('table-index/requests/work', 'table/requests')
        .replace('executions/export', 'machine/export'),
    );
    const expected = new Set(worked.filter((resource) => !untold[name]?.includes(resource)));
    expect(new Set(told)).toEqual(expected);
  });

  it('A39: variables are those of the schemas: none names the stage, or opens a door for development', () => {
    for (const [name, own] of variables)
      for (const variable of own)
        expect(variable, name).not.toMatch(
          /STAGE|LOCAL|DEBUG|DEV|TEST|OUTBOX|PRINT|COOLING|SKIP|DISABLE|NODE_|LOG_LEVEL/,
        );
  });
});
