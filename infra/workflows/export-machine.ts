import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Choice,
  Condition,
  DefinitionBody,
  Errors,
  Fail,
  JitterType,
  QueryLanguage,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
  type IChainable,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';
import type { DeployedFunction } from '#infra/constructs/deployed-function.ts';
import { attemptSuperseded, transientErrors } from './errors.ts';

export type ExportSteps = Record<'planWork' | 'collectPages' | 'buildBundle' | 'conclude', DeployedFunction>;

export type ExportMachine = {
  readonly place: Construct;
  readonly machine: StateMachine;
  readonly role: Role;
};

/**
 * The export of one request (access, portability): input {requestId, attempt}; ids and counts are all that its state
 * ever holds. Loops: `collect-pages` works for up to 14 minutes and then hands a cursor to its next round, `build-bundle`
 * makes one bundle a round. The 25,000 events of an execution (some 1,500 rounds) are out of reach: the machine's own
 * timeout of two days comes first.
 */
export function createExportMachine(
  scope: Construct,
  steps: ExportSteps,
  { keepData }: Pick<Stage, 'keepData'>,
): ExportMachine {
  const place = new Construct(scope, 'Export');
  const role = new Role(place, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  const machine = new StateMachine(place, 'Machine', {
    stateMachineType: StateMachineType.STANDARD,
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(defineExport(place, steps)),
    // Powers come from the table of powers: what CDK would add here holds wildcards.
    role: role.withoutPolicyUpdates(),
    timeout: Duration.days(2),
    removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  Validations.of(machine).acknowledge(
    {
      id: 'AwsSolutions-SF1',
      reason:
        'Step Functions keeps each history for 90 days; a log group needs eight actions on every resource.',
    },
    {
      id: 'AwsSolutions-SF2',
      reason: 'The history has every step and its times; X-Ray needs actions on every resource.',
    },
  );
  return { place, machine, role };
}

function defineExport(scope: Construct, steps: ExportSteps): IChainable {
  const superseded = Succeed.jsonata(scope, 'Superseded');
  const needsAttention = Fail.jsonata(scope, 'Needs attention', {
    error: 'NeedsAttention',
    cause: 'The request stands in needs-attention; see the runbook.',
  });
  const recordFailure = task(scope, 'Record failure', steps.conclude, { failed: '$states.input.failed' })
    .addCatch(superseded, { errors: [attemptSuperseded] })
    .addCatch(needsAttention, { errors: [Errors.ALL], outputs: given({}) });
  recordFailure.next(needsAttention);
  const step = (id: string, deployed: DeployedFunction, passOn: Fields = {}): TaskStateBase =>
    task(scope, id, deployed, passOn)
      .addCatch(superseded, { errors: [attemptSuperseded] })
      .addCatch(recordFailure, {
        errors: [Errors.ALL],
        outputs: given({ failed: '$states.errorOutput.Error' }),
      });

  const plan = step('Plan', steps.planWork);
  const collect = step('Collect pages', steps.collectPages, { cursor: '$states.input.cursor' });
  const build = step('Build bundle', steps.buildBundle, { number: '$states.input.next' });
  const conclude = step('Conclude', steps.conclude);
  conclude.next(Succeed.jsonata(scope, 'Told'));

  plan.next(
    Choice.jsonata(scope, 'Anything to collect?')
      .when(Condition.jsonata('{% $states.input.tasks > 0 %}'), collect)
      .otherwise(conclude),
  );
  collect.next(
    Choice.jsonata(scope, 'All collected?')
      .when(Condition.jsonata('{% $exists($states.input.cursor) %}'), collect)
      .otherwise(build),
  );
  build.next(
    Choice.jsonata(scope, 'All bundles built?')
      .when(Condition.jsonata('{% $exists($states.input.next) %}'), build)
      .otherwise(conclude),
  );
  return plan;
}

/** Names of fields, each with the JSONata expression of its value. */
type Fields = Readonly<Record<string, string>>;

/** A task: a function called with the request, the attempt and what else is passed on; its answer is the output. */
function task(scope: Construct, id: string, { lambda }: DeployedFunction, passOn: Fields): TaskStateBase {
  return LambdaInvoke.jsonata(scope, id, {
    lambdaFunction: lambda,
    payload: TaskInput.fromText(given(passOn)),
    outputs: '{% $states.result.Payload %}',
    retryOnServiceExceptions: false,
    // Lambda ends it first; this is for an answer that never comes.
    taskTimeout: Timeout.duration((lambda.timeout ?? Duration.seconds(60)).plus(Duration.seconds(30))),
  }).addRetry({
    errors: [...transientErrors],
    interval: Duration.seconds(2),
    backoffRate: 3,
    maxAttempts: 4,
    maxDelay: Duration.seconds(60),
    jitterStrategy: JitterType.FULL,
  });
}

/** A JSONata object of the request's id, the attempt, and further fields; JSONata leaves out those without a value. */
function given(fields: Fields): string {
  const all = { requestId: '$states.input.requestId', attempt: '$states.input.attempt', ...fields };
  const pairs = Object.entries(all).map(([field, expression]) => `"${field}": ${expression}`);
  return `{% { ${pairs.join(', ')} } %}`;
}
