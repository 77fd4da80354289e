import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';

/** A log that forgets; logs hold opaque ids only, hence the key that CloudWatch owns. */
export function createLogGroup(
  scope: Construct,
  id: string,
  { keepData, logRetentionDays }: Pick<Stage, 'keepData' | 'logRetentionDays'>,
): CfnLogGroup {
  const group = new CfnLogGroup(scope, id, { retentionInDays: logRetentionDays });
  group.applyRemovalPolicy(keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
  return group;
}
