import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';

/** A log that forgets; logs hold opaque ids only, hence the key that CloudWatch owns. */
export const createLogGroup = (
  scope: Construct,
  id: string,
  { keepData, logRetentionDays }: Pick<Stage, 'keepData' | 'logRetentionDays'>,
): LogGroup =>
  new LogGroup(scope, id, {
    // The settings allow the periods of this enum, which are its values.
    retention: logRetentionDays as RetentionDays,
    removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
