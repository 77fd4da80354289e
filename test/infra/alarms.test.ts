import { describe, expect, it } from 'vitest';
import { readStage } from '#infra/config.ts';
import { constructId, functionNames } from '#infra/powers/functions.ts';
import type { LogMessage } from '#shared/observability/log-messages.ts';
import { ofType, synthesize } from './synthesize.ts';

const alarms = new Map(
  ofType(synthesize(), 'AWS::CloudWatch::Alarm').map(([path, properties]) => [
    path.replace('Alarms/', ''),
    properties,
  ]),
);

describe('alarms', () => {
  it('watch the API, dead letters, queues that wait, executions that failed, and errors of every function', () => {
    expect([...alarms.keys()].toSorted()).toEqual(
      [
        'ApiErrors',
        'EffectsDead',
        'MailDead',
        'EffectsLate',
        'MailLate',
        'ExportFailed',
        'ExportTimedOut',
        'ErasureFailed',
        'ErasureTimedOut',
        'IndexMacs',
        'MailOverBudget',
        'TextOverBudget',
        ...functionNames.map((name) => `${constructId(name)}Errors`),
      ].toSorted(),
    );
  });

  it.each([
    ['ApiErrors', 'AWS/ApiGateway', '5xx', 'Sum'],
    ['EffectsDead', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum'],
    ['MailDead', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum'],
    ['ExportFailed', 'AWS/States', 'ExecutionsFailed', 'Sum'],
    ['ExportTimedOut', 'AWS/States', 'ExecutionsTimedOut', 'Sum'],
    ['ErasureFailed', 'AWS/States', 'ExecutionsFailed', 'Sum'],
    ['ErasureTimedOut', 'AWS/States', 'ExecutionsTimedOut', 'Sum'],
    ['ScheduleExpireErrors', 'AWS/Lambda', 'Errors', 'Sum'],
  ])('%s goes off at the first %s %s', (name, Namespace, MetricName, Statistic) => {
    expect(alarms.get(name)).toMatchObject({
      Namespace,
      MetricName,
      Statistic,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  it.each([
    ['EffectsLate', /^Queueseffects[0-9A-F]/],
    ['MailLate', /^Queuesmail[0-9A-F]/],
  ])('%s goes off when its queue waits for ten minutes', (name, queue) => {
    expect(alarms.get(name)).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Statistic: 'Maximum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 600,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Dimensions: [
        {
          Name: 'QueueName',
          Value: { 'Fn::GetAtt': [expect.stringMatching(queue) as string, 'QueueName'] },
        },
      ],
    });
  });

  it.each<[string, LogMessage]>([
    ['MailOverBudget', 'message-over-budget'],
    ['TextOverBudget', 'text-over-budget'],
  ])('A21, A28: %s goes off at the first line %s in the log of send-message', (name, message) => {
    const filters = ofType(synthesize(), 'AWS::Logs::MetricFilter').map(([, filter]) => filter);
    const [filter] = filters.filter(({ FilterPattern }) => FilterPattern === `{ $.message = "${message}" }`);
    expect(filter).toMatchObject({
      LogGroupName: { Ref: expect.stringMatching(/^QueueSendMessageLog[0-9A-F]/) as string },
    });
    const [{ MetricName, MetricNamespace }] = filter?.['MetricTransformations'] as [Record<string, string>];
    expect(MetricName).toBe(name);
    expect(alarms.get(name)).toMatchObject({
      ...{ MetricName, Namespace: MetricNamespace, Statistic: 'Sum', Threshold: 1 },
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  it('A17: IndexMacs goes off at the stage’s number of keyed hashes in five minutes, counted by KMS for that key', () => {
    const { indexMacsAlarm } = readStage('example', {});
    expect(alarms.get('IndexMacs')).toMatchObject({
      Namespace: 'AWS/KMS',
      MetricName: 'SuccessfulRequest',
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: indexMacsAlarm,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Dimensions: [
        {
          Name: 'KeyArn',
          Value: { 'Fn::GetAtt': [expect.stringMatching(/^Keysindex[0-9A-F]/) as string, 'Arn'] },
        },
        { Name: 'Operation', Value: 'GenerateMac' },
      ],
    });
  });

  it('of a queue’s function say that failed messages of a batch are no error', () => {
    for (const name of ['QueueStartWorkErrors', 'QueueSendMessageErrors'])
      expect(alarms.get(name)?.['AlarmDescription']).toMatch(/do not count here; EffectsLate and MailLate/);
  });

  it('say in a sentence what a person should fear', () => {
    for (const [name, { AlarmDescription }] of alarms) expect(AlarmDescription, name).toMatch(/^.{40,}\.$/);
  });

  it('go to the topic of the stage, where it has one', () => {
    for (const { AlarmActions } of alarms.values()) expect(AlarmActions).toBeUndefined();
    const alarmTopicArn = 'arn:aws:sns:eu-central-1:111122223333:on-call';
    const told = ofType(synthesize({ ...readStage('example', {}), alarmTopicArn }), 'AWS::CloudWatch::Alarm');
    for (const [, { AlarmActions }] of told) expect(AlarmActions).toEqual([alarmTopicArn]);
  });
});
