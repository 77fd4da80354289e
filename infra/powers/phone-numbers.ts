import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * Publishing to phone numbers, and to nothing else of SNS. A number has no ARN, so IAM takes no other resource for it than
 * `*`; that would include every topic, so all that has an ARN is denied again. It is for this region alone, where the
 * account's spending limit and sender are set. To which countries is checked in the code: IAM has no condition for it.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/sns-iam.html
 */
export function publishToPhones(scope: Construct, actions: readonly string[]): PolicyStatement[] {
  const { partition, region } = Stack.of(scope);
  return [
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: [...actions],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': region } },
    }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: [...actions],
      resources: [`arn:${partition}:sns:*:*:*`],
    }),
  ];
}
