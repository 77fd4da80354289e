import { describe, expect, it } from 'vitest';
import { readStage, type Stage } from '#infra/config.ts';
import { functionNames } from '#infra/powers/functions.ts';
import { can, whoCan } from './actors.ts';
import { account } from './physical-names.ts';
import { openPolicies } from './policy-evaluator.ts';
import { ofType, synthesize } from './synthesize.ts';

const example = readStage('example', {});
const { sms: _, ...rest } = example;
const without: Stage = rest;
const phone = '+4915112345678';
const sns = (name: string): string => `arn:aws:sns:eu-central-1:${account}:${name}`;
const variablesOf = (stage: Stage): Record<string, unknown> => {
  const functions = ofType(synthesize(stage), 'AWS::Lambda::Function');
  const [, properties] = functions.find(([path]) => path === 'QueueSendMessage/Function') ?? [];
  return (properties?.['Environment'] as { Variables: Record<string, unknown> }).Variables;
};

describe('A28: the power to send text messages', () => {
  it('is one function’s, to phone numbers, and to no topic or device of anybody', () => {
    expect(whoCan('sns:Publish', phone)).toEqual(['queue/send-message']);
    for (const resource of [
      sns('alarms'),
      sns('app/GCM/some'),
      sns('endpoint/GCM/some/1'),
      'arn:aws:sns:us-east-1:999999999999:foreign',
    ])
      expect(whoCan('sns:Publish', resource), resource).toEqual([]);
  });

  it('is for the stage’s own region', () => {
    const policies = openPolicies(synthesize());
    const elsewhere = { 'aws:RequestedRegion': 'us-east-1' };

    expect(policies.can('QueueSendMessage', 'sns:Publish', phone)).toBe(true);
    expect(policies.can('QueueSendMessage', 'sns:Publish', phone, elsewhere)).toBe(false);
  });

  it('is all that anybody may do with SNS', () => {
    for (const action of ['Subscribe', 'CreateTopic', 'SetSMSAttributes', 'PublishBatch', 'OptInPhoneNumber'])
      for (const name of functionNames) {
        expect(can(name, `sns:${action}`, sns('any')), action).toBe(false);
        expect(can(name, `sns:${action}`, '*'), action).toBe(false);
      }
  });

  it('is nobody’s on a stage without text messages', () => {
    const policies = openPolicies(synthesize(without));

    expect(policies.roles.filter((role) => policies.can(role, 'sns:Publish', phone))).toEqual([]);
    expect(JSON.stringify(synthesize(without))).not.toContain('sns:Publish');
  });
});

describe('settings of text messages', () => {
  it('reach the function that sends them; without them it is told of no country', () => {
    expect(variablesOf(example)).toMatchObject({ SMS_COUNTRIES: 'DE,AT,CH', SMS_PER_DAY: '200' });
    expect(variablesOf(example)).not.toHaveProperty('SMS_SENDER_ID');
    const named = { ...example, sms: { countries: ['DE'], perDay: 5, senderId: 'Vendor' } };
    expect(variablesOf(named)).toMatchObject({ SMS_SENDER_ID: 'Vendor' });
    expect(Object.keys(variablesOf(without)).filter((name) => name.startsWith('SMS_'))).toEqual([]);
  });
});
