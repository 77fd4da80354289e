import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  Metric,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';
import { constructId } from '#infra/powers/functions.ts';
import type { MachineName } from '#infra/powers/power.ts';
import type { DeployedFunction } from './deployed-function.ts';
import type { Keys } from './keys.ts';
import type { Queues } from './queues.ts';

type Options = Pick<Stage, 'alarmTopicArn' | 'indexMacsAlarm'> & {
  readonly keys: Pick<Keys, 'index'>;
  readonly api: HttpApi;
  readonly queues: Queues;
  readonly machines: Readonly<Record<MachineName, StateMachine>>;
  readonly functions: readonly DeployedFunction[];
};

/** What to fear when a function fails, by who calls it. */
const fears = {
  invoked: 'People cannot prove who they are, or cannot get their download.',
  workflow: 'An export or an erasure may be stuck: a request can miss its legal due date.',
  // A batch answered with its failed messages is no error to Lambda: those show in the age of the queue, then in the dead letters.
  queue:
    'It did not start, or ran out of time or memory: no work is started or no mail sent. Single failed messages do not count here; EffectsLate and MailLate tell of them.',
  schedule: 'Crashed work stays undone, unproven requests stay open, or bundles outlive their seven days.',
  http: 'Sites and persons get errors: consents, records and requests are refused.',
} as const;

/** As long as a code is valid: what waits longer has missed its use. */
const lateSeconds = 600;

/** Alarms; each description says what a person should fear. They go to the stage's topic, where it has one. */
export function createAlarms(scope: Construct, options: Options): void {
  const { api, keys, queues, machines, functions, alarmTopicArn } = options;
  const place = new Construct(scope, 'Alarms');
  const topic = alarmTopicArn === undefined ? undefined : Topic.fromTopicArn(place, 'Topic', alarmTopicArn);
  const watch = (id: string, metric: IMetric, alarmDescription: string, threshold = 1): void => {
    const alarm = new Alarm(place, id, {
      metric,
      alarmDescription,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (topic) alarm.addAlarmAction(new SnsAction(topic));
  };
  const period = { period: Duration.minutes(5), statistic: 'Sum' };

  // The handlers of the API answer every error themselves, so that Lambda counts none of them.
  watch(
    'ApiErrors',
    api.metricServerError(period),
    'The API answers 500: consents, records and requests are lost to whoever does not try again.',
  );
  watch(
    'EffectsDead',
    queues['effects-dead'].metricApproximateNumberOfMessagesVisible({ ...period, statistic: 'Maximum' }),
    'An effect was given up: a request that was started does not move. The reconciler should catch it; see that it does.',
  );
  watch(
    'MailDead',
    queues['mail-dead'].metricApproximateNumberOfMessagesVisible({ ...period, statistic: 'Maximum' }),
    'A message was given up: a person was not told something that the law says they must be told.',
  );
  const late = { ...period, statistic: 'Maximum' };
  watch(
    'EffectsLate',
    queues.effects.metricApproximateAgeOfOldestMessage(late),
    'An effect waits for ten minutes: work that was asked for does not start, or mails are not passed on.',
    lateSeconds,
  );
  watch(
    'MailLate',
    queues.mail.metricApproximateAgeOfOldestMessage(late),
    'A mail waits for ten minutes: codes have expired before they were sent, and people cannot prove who they are.',
    lateSeconds,
  );
  for (const [name, machine] of Object.entries(machines)) {
    const work = name === 'erasure' ? 'Erasure' : 'Export';
    watch(
      `${work}Failed`,
      machine.metricFailed(period),
      `A request stands in needs-attention: nobody works on it until someone does, and its due date comes nearer.${work === 'Erasure' ? ' Its data is restricted, and may be erased in part.' : ''}`,
    );
    watch(
      `${work}TimedOut`,
      machine.metricTimedOut(period),
      work === 'Erasure'
        ? 'An erasure ran for a week beyond its cooling-off without an end: other work on the same profiles does not end, or a step is slower than we believed.'
        : 'An export ran for two days without an end: the data is larger, or a step slower, than we believed.',
    );
  }
  watch(
    'IndexMacs',
    macsWith(keys.index).with(period),
    'Identifiers are hashed in numbers: somebody may be trying addresses against the index, or a site sends far more than usual.',
    options.indexMacsAlarm,
  );
  watch(
    'MailOverBudget',
    linesOf(place, functions, 'message-over-budget', 'MailOverBudget').with(period),
    'An address has had its day’s share of mails: a site, or whoever files requests, writes to somebody by way of us, and what is due to that person waits.',
  );
  watch(
    'TextOverBudget',
    linesOf(place, functions, 'text-over-budget', 'TextOverBudget').with(period),
    'The day’s text messages of the stage are used up: nobody reaches level 2 by a phone, and erasures wait for their notices until midnight UTC.',
  );
  for (const { name, lambda } of functions) {
    const caller = name.slice(0, name.indexOf('/')) as keyof typeof fears;
    watch(`${constructId(name)}Errors`, lambda.metricErrors(period), `${name} fails. ${fears[caller]}`);
  }
}

/**
 * MACs made with one key; KMS counts calls that succeed by key and operation.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/monitoring-cloudwatch.html#key-level-api-usage-metric
 */
const macsWith = ({ keyArn }: IKey): Metric =>
  new Metric({
    namespace: 'AWS/KMS',
    metricName: 'SuccessfulRequest',
    dimensionsMap: { KeyArn: keyArn, Operation: 'GenerateMac' },
  });

/** Counts the lines in which `send-message` says so. */
function linesOf(
  scope: Construct,
  functions: Options['functions'],
  message: string,
  metricName: string,
): Metric {
  const sender = functions.find(({ name }) => name === 'queue/send-message');
  if (!sender) throw new Error('nothing sends mails');
  return new MetricFilter(scope, `${metricName}Lines`, {
    logGroup: sender.logGroup,
    filterPattern: FilterPattern.stringValue('$.message', '=', message),
    metricNamespace: Stack.of(scope).stackName,
    metricName,
  }).metric();
}
