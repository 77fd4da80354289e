import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  Errors,
  Fail,
  JitterType,
  Succeed,
  TaskInput,
  Timeout,
  type IChainable,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { DeployedFunction } from '#infra/constructs/deployed-function.ts';
import { attemptSuperseded, transientErrors } from './errors.ts';

/** Names of fields, each with the JSONata expression of its value. */
type Fields = Readonly<Record<string, string>>;
/** Makes a step of a workflow: a task whose errors have a way out. */
export type MakeStep = (
  id: string,
  deployed: DeployedFunction,
  passOn?: Fields,
  /** An error by name that leads to another step instead. */
  but?: { readonly error: string; readonly next: IChainable },
) => TaskStateBase;

/**
 * The steps of one workflow. Where another attempt has taken over, the execution ends in peace; any other error puts the
 * request before a person, by the function that concludes.
 */
export function createSteps(scope: Construct, conclude: DeployedFunction): MakeStep {
  const superseded = Succeed.jsonata(scope, 'Superseded');
  const needsAttention = Fail.jsonata(scope, 'Needs attention', {
    error: 'NeedsAttention',
    cause: 'The request stands in needs-attention; see the runbook.',
  });
  const recordFailure = task(scope, 'Record failure', conclude, { failed: '$states.input.failed' })
    .addCatch(superseded, { errors: [attemptSuperseded] })
    .addCatch(needsAttention, { errors: [Errors.ALL], outputs: given({}) });
  recordFailure.next(needsAttention);
  return (id, deployed, passOn = {}, but) => {
    const step = task(scope, id, deployed, passOn);
    if (but) step.addCatch(but.next, { errors: [but.error], outputs: given({}) });
    return step.addCatch(superseded, { errors: [attemptSuperseded] }).addCatch(recordFailure, {
      errors: [Errors.ALL],
      outputs: given({ failed: '$states.errorOutput.Error' }),
    });
  };
}

/** A task: a function called with the request, the attempt and what else is passed on; its answer is the output. */
export function task(
  scope: Construct,
  id: string,
  { lambda }: DeployedFunction,
  passOn: Fields,
): TaskStateBase {
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
export function given(fields: Fields): string {
  const all = { requestId: '$states.input.requestId', attempt: '$states.input.attempt', ...fields };
  const pairs = Object.entries(all).map(([field, expression]) => `"${field}": ${expression}`);
  return `{% { ${pairs.join(', ')} } %}`;
}

/** Repeats `round` until it hands on no cursor, then goes on. */
export function loop(scope: Construct, question: string, round: TaskStateBase, next: IChainable): void {
  round.next(
    Choice.jsonata(scope, question)
      .when(Condition.jsonata('{% $exists($states.input.cursor) %}'), round)
      .otherwise(next),
  );
}
