import { CfnEventSourceMapping, EventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { DeployedFunction } from './deployed-function.ts';

/**
 * Feeds a function from a queue, ten messages at a time; of a batch only what failed comes again. The L2 construct would
 * add powers of its own, hence this one: the receiving powers are in the table of powers.
 */
export function feedFromQueue({ place, lambda }: DeployedFunction, queue: Queue, mostAtOnce?: number): void {
  new CfnEventSourceMapping(place, 'Source', {
    functionName: lambda.functionName,
    eventSourceArn: queue.queueArn,
    batchSize: 10,
    functionResponseTypes: ['ReportBatchItemFailures'],
    ...(mostAtOnce !== undefined && { scalingConfig: { maximumConcurrency: mostAtOnce } }),
  });
}

/** Runs a function at a steady rate. Never tried again: the next run does what this one left. */
export function runEvery({ place, lambda }: DeployedFunction, minutes: number): void {
  new Rule(place, 'Rule', {
    schedule: Schedule.rate(Duration.minutes(minutes)),
    targets: [new LambdaFunction(lambda, { retryAttempts: 0 })],
  });
  new EventInvokeConfig(place, 'Once', { function: lambda, retryAttempts: 0 });
}
