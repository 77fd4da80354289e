import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnLogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';

/** A log that forgets; logs hold opaque ids only, hence the key that CloudWatch owns. */
export function createLogGroup(
  scope: Construct,
  id: string,
  { keepData, logRetentionDays }: Pick<Stage, 'keepData' | 'logRetentionDays'>,
): LogGroup {
  const group = new LogGroup(scope, id, {
    retention: RetentionDays.ONE_DAY,
    removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  // The settings hold days, which the enum of the construct above does not take.
  if (group.node.defaultChild instanceof CfnLogGroup)
    group.node.defaultChild.retentionInDays = logRetentionDays;
  return group;
}
