import { describe, expect, it } from 'vitest';
import { constructId, functionNames, type FunctionName } from '#infra/powers/functions.ts';
import { powers } from '#infra/powers/powers.ts';
import manifest from '../../package.json' with { type: 'json' };
import { ofType, synthesize } from './synthesize.ts';

/** What a variable tells a function of; settings are of no resource. */
const tells: Record<string, string> = {
  EXPORT_MACHINE_ARN: 'machine/export',
  ERASURE_MACHINE_ARN: 'machine/erasure',
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
  'COOLING_OFF_NORMAL',
  'COOLING_OFF_EXTENDED',
  'LONGEST_FUNCTION_SECONDS',
  'KEY_RECOVERY_DAYS',
  'TABLE_RECOVERY_DAYS',
  'QUEUE_RETENTION_DAYS',
  'LOG_RETENTION_DAYS',
  'SOFTWARE_VERSION',
]);
const kebab = (text: string): string => text.toLowerCase().replaceAll('_', '-');

function resourceOf(variable: string): string | undefined {
  if (settings.has(variable)) return undefined;
  const table = /^(\w+)_TABLE_NAME$/.exec(variable)?.[1];
  if (table !== undefined) return `table/${kebab(table)}`;
  const key = /^(\w+)_KEY_ID$/.exec(variable)?.[1];
  if (key !== undefined) return `key/${kebab(key)}`;
  const called = /^(\w+)_FUNCTION_NAME$/.exec(variable)?.[1];
  if (called !== undefined)
    return `function/${functionNames.find((name) => name.endsWith(`/${kebab(called)}`))}`;
  return tells[variable] ?? variable;
}

/** Resources that a function works on without being told their names: what calls it, and what follows from others. */
const untold: Partial<Record<FunctionName, readonly string[]>> = {
  'queue/start-work': ['queue/effects'],
  'queue/send-message': ['queue/mail', 'mail/identity', 'sms/phones'],
};

const template = synthesize();
const environments = new Map(
  ofType(template, 'AWS::Lambda::Function').map(([path, { Environment }]) => [
    path.replace('/Function', ''),
    (Environment as { Variables: Record<string, unknown> }).Variables,
  ]),
);
const variables = new Map([...environments].map(([name, own]) => [name, Object.keys(own)]));

describe('environments', () => {
  it.each(functionNames)('%s is told of exactly what it has powers on', (name) => {
    const told = (variables.get(constructId(name)) ?? []).flatMap((variable) => resourceOf(variable) ?? []);
    const worked = powers[name].map(({ on }) =>
      on
        .replace(/^(bucket|objects)\//, '')
        .replace('table-index/requests/work', 'table/requests')
        .replace(/^executions\//, 'machine/'),
    );
    const expected = new Set(worked.filter((resource) => !untold[name]?.includes(resource)));
    expect(new Set(told)).toEqual(expected);
  });

  it('A39: variables are those of the schemas: none names the stage, or opens a door for development', () => {
    for (const [name, own] of variables)
      for (const variable of own)
        expect(variable, name).not.toMatch(
          /STAGE|LOCAL|DEBUG|DEV|TEST|OUTBOX|PRINT|SCAN|SKIP|DISABLE|NODE_|LOG_LEVEL/,
        );
  });

  it('A25, A39: the cooling-off of a deployed stage is a day, and a week; who announces an erasure alone is told of it', () => {
    const told = [...environments].filter(([, own]) =>
      Object.keys(own).some((name) => name.startsWith('COOLING_')),
    );
    expect(told.map(([name]) => name)).toEqual(['WorkflowPlanWork']);
    expect(environments.get('WorkflowPlanWork')).toMatchObject({
      COOLING_OFF_NORMAL: '86400',
      COOLING_OFF_EXTENDED: '604800',
    });
  });

  it('A9: what a receipt says of remaining copies is how the stage is deployed', () => {
    type Properties = Record<string, unknown>;
    const longest = (type: string, read: (properties: Properties, path: string) => unknown): number =>
      Math.max(...ofType(template, type).map(([path, properties]) => Number(read(properties, path) ?? 0)));
    const recovery = (isCounted: (table: string) => boolean): number =>
      longest('AWS::DynamoDB::Table', ({ PointInTimeRecoverySpecification: of }, path) =>
        isCounted(path.replace('Tables/', '')) ? (of as Properties | undefined)?.['RecoveryPeriodInDays'] : 0,
      );
    const queues = longest('AWS::SQS::Queue', ({ MessageRetentionPeriod }) => MessageRetentionPeriod);

    expect(environments.get('InvokedSign')).toMatchObject({
      LONGEST_FUNCTION_SECONDS: String(longest('AWS::Lambda::Function', ({ Timeout }) => Timeout)),
      KEY_RECOVERY_DAYS: String(recovery((table) => table === 'keys')),
      TABLE_RECOVERY_DAYS: String(recovery((table) => table !== 'keys')),
      QUEUE_RETENTION_DAYS: String(queues / 86_400),
      LOG_RETENTION_DAYS: String(longest('AWS::Logs::LogGroup', ({ RetentionInDays }) => RetentionInDays)),
      SOFTWARE_VERSION: manifest.version,
    });
  });
});
