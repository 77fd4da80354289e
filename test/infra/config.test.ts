import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { longestFunctionSeconds, parseStage, readStage, SettingsInvalid, stackName } from '#infra/config.ts';
import { refuseDeployment, refuseEndpoint } from '#infra/deploy/refuse-deployment.ts';

type Settings = Record<'local' | 'example', Record<string, unknown>>;
const settings = JSON.parse(
  readFileSync(new URL('../../infra/stages.json', import.meta.url), 'utf8'),
) as Settings;
const withExample = (changes: Record<string, unknown>): Settings => ({
  ...settings,
  example: { ...settings.example, ...changes },
});
const parse = (changes: Record<string, unknown>) => parseStage(withExample(changes), 'example', {});

describe('settings', () => {
  it('are those of the file, by the name of the stage', () => {
    expect(readStage('example', {})).toMatchObject({
      name: 'example',
      keepData: true,
      recoveryDays: 35,
      keyRecoveryDays: 1,
    });
    expect(stackName(readStage('local', {}))).toBe('DataRights-local');
    expect(() => readStage('nowhere', {})).toThrow(SettingsInvalid);
  });

  it.each([
    ['an unknown key', { colour: 'red' }],
    ['a misspelt key', { keepdata: true }],
    ['no origin', { publicOrigin: undefined }],
    ['P18: an origin without TLS', { publicOrigin: 'http://rights.example.com' }],
    ['an origin with a path', { publicOrigin: 'https://rights.example.com/v1' }],
    ['an origin that is no host name', { publicOrigin: 'https://[2001:db8::1]' }],
    [
      'a vendor’s name that no receipt could hold',
      { vendor: { name: 'V\u202e', country: 'DE', timeZone: 'UTC' }, sms: undefined },
    ],
    ['an account of eleven digits', { account: '11112222333' }],
    ['keys that could be recovered for 8 days', { keyRecoveryDays: 8 }],
    ['keys that could not be recovered at all', { keyRecoveryDays: 0 }],
    ['a recovery that DynamoDB does not offer', { recoveryDays: 36 }],
    ['logs that never go', { logRetentionDays: 0 }],
    ['logs kept for a time that CloudWatch does not know', { logRetentionDays: 31 }],
    ['mail from another domain', { mail: { from: 'privacy@other.example', identity: 'example.com' } }],
    ['mail from a look-alike', { mail: { from: 'privacy@notexample.com', identity: 'example.com' } }],
    ['a time zone that is none', { vendor: { name: 'V', country: 'DE', timeZone: 'Europe/Atlantis' } }],
    ['A28: text messages to everywhere', { sms: { perDay: 5 } }],
    ['A28: text messages to nowhere', { sms: { countries: [], perDay: 5 } }],
    ['A28: text messages to a country that is none', { sms: { countries: ['UK'], perDay: 5 } }],
    ['A28: text messages without a budget', { sms: { countries: ['DE'] } }],
    ['A28: a budget of none', { sms: { countries: ['DE'], perDay: 0 } }],
    ['a sender of digits alone', { sms: { countries: ['DE'], perDay: 5, senderId: '12345' } }],
    [
      'text messages of a vendor whose name makes two of one',
      { vendor: { name: 'V'.repeat(41), country: 'DE', timeZone: 'Europe/Berlin' } },
    ],
    [
      'text messages of a vendor whose name is in another alphabet',
      { vendor: { name: 'Плагины', country: 'DE', timeZone: 'Europe/Berlin' } },
    ],
    ['no throttle', { throttle: { rate: 0, burst: 1 } }],
    ['no cooling-off', { coolingOff: undefined }],
    ['A25, A39: a cooling-off of less than a day', { coolingOff: { normal: 86_399, extended: 604_800 } }],
    ['A25, A39: of less than a week after a change', { coolingOff: { normal: 86_400, extended: 604_799 } }],
    ['A25: one that is not a whole number', { coolingOff: { normal: 86_400.5, extended: 604_800 } }],
    ['A39: a second look before functions have ended', { scanAfterSeconds: 2 }],
  ])('refuse %s', (_, changes) => {
    expect(() => parse(changes)).toThrow(SettingsInvalid);
  });

  it.each([1, 7])('take %i days of recovery for keys', (keyRecoveryDays) => {
    expect(parse({ keyRecoveryDays }).keyRecoveryDays).toBe(keyRecoveryDays);
  });

  it('need no text messages; without them a vendor may be called as it likes', () => {
    const vendor = { name: 'Плагины '.repeat(9), country: 'DE', timeZone: 'Europe/Berlin' };
    expect(parse({ sms: undefined, vendor }).sms).toBeUndefined();
    expect(parse({}).sms).toEqual({ countries: ['DE', 'AT', 'CH'], perDay: 200 });
  });

  it('are refused as a whole when any stage is wrong, and no value is in the message', () => {
    const wrong = withExample({ publicOrigin: 'http://secret.example.com' });
    expect(() => parseStage(wrong, 'local', {})).toThrow(/^example\.publicOrigin: must be https$/);
  });

  it('A39: settings for development are refused outside of stage local', () => {
    expect(() => parse({ development: settings.local['development'] })).toThrow(
      /example.*unknown development/,
    );
    expect(parseStage(settings, 'local', {}).publicOrigin).toBe('http://127.0.0.1:8787');
  });

  it('A25: a cooling-off may be longer than it must', () => {
    const coolingOff = { normal: 172_800, extended: 1_209_600 };
    expect(parse({ coolingOff }).coolingOff).toEqual(coolingOff);
  });

  it('A39: only stage local cools off for seconds, and looks again before the longest function has ended', () => {
    expect(parseStage(settings, 'local', {})).toMatchObject({
      coolingOff: { normal: 5, extended: 8 },
      scanAfterSeconds: 2,
    });
    expect(readStage('example', {}).scanAfterSeconds).toBe(longestFunctionSeconds);
    const short = withExample({ coolingOff: settings.local['coolingOff'] });
    expect(() => parseStage(short, 'example', {})).toThrow(/^example\.coolingOff\.normal: /);
    expect(() => parseStage(short, 'local', {})).toThrow(SettingsInvalid);
  });

  it('A39: the variable of the front door is read at stage local only', () => {
    const environment = { DATA_RIGHTS_PUBLIC_ORIGIN: 'http://127.0.0.1:9999' };
    expect(parseStage(settings, 'local', environment).publicOrigin).toBe('http://127.0.0.1:9999');
    expect(parseStage(settings, 'example', environment).publicOrigin).toBe('https://rights.example.com');
    expect(() => parseStage(settings, 'local', { DATA_RIGHTS_PUBLIC_ORIGIN: 'nonsense' })).toThrow(
      SettingsInvalid,
    );
  });
});

describe('deploying', () => {
  const real = {
    account: '210987654321',
    publicOrigin: 'https://rights.vendor.eu',
    mail: { from: 'privacy@vendor.eu', identity: 'vendor.eu' },
    sesProductionAccess: true,
  };

  it('a stage with settings of its own goes', () => {
    expect(refuseDeployment(parse(real), undefined)).toBeUndefined();
  });

  it.each([
    ['the shipped example', {}, /placeholder/],
    ['a placeholder account', { ...real, account: '111122223333' }, /account/],
    ['a placeholder origin', { ...real, publicOrigin: 'https://rights.example.org' }, /publicOrigin/],
    [
      'a placeholder domain',
      { ...real, mail: { from: 'a@mail.example', identity: 'mail.example' } },
      /mail\.identity/,
    ],
    ['SES in its sandbox', { ...real, sesProductionAccess: false }, /sandbox/],
  ])('is refused for %s', (_, changes, reason) => {
    expect(refuseDeployment(parse(changes), undefined)).toMatch(reason);
  });

  it('A39: stage local goes to this machine only, and every other stage nowhere but to AWS', () => {
    const local = readStage('local', {});
    expect(refuseDeployment(local, undefined)).toMatch(/this machine/);
    expect(refuseDeployment(local, 'https://dynamodb.eu-central-1.amazonaws.com')).toMatch(/this machine/);
    expect(refuseDeployment(local, 'https://127.0.0.1:4566')).toBeUndefined();
    expect(refuseDeployment(parse(real), 'https://127.0.0.1:4566')).toMatch(/AWS_ENDPOINT_URL/);
    expect(refuseEndpoint(local, undefined)).toMatch(/this machine/);
  });
});
