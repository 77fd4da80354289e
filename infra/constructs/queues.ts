import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { QueueName } from '#infra/powers/power.ts';

export type Queues = Record<QueueName | `${QueueName}-dead`, Queue>;

/** Queue functions end after 60 s; six times that, as Lambda asks of a queue that feeds it. */
const visibilityTimeout = Duration.seconds(360);

/** The longest of all: that of dead letters. */
export const queueRetentionDays = 14;

/** Messages hold opaque ids only, hence the key that SQS owns. */
const common: QueueProps = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/** `effects`: what committed transactions ask to follow. `mail`: messages to be sent. */
export function createQueues(scope: Construct): Queues {
  const place = new Construct(scope, 'Queues');
  const create = (name: QueueName, retentionPeriod: Duration, maxReceiveCount: number): [Queue, Queue] => {
    const dead = new Queue(place, `${name}-dead`, {
      ...common,
      retentionPeriod: Duration.days(queueRetentionDays),
    });
    const queue = new Queue(place, name, {
      ...common,
      retentionPeriod,
      visibilityTimeout,
      deadLetterQueue: { queue: dead, maxReceiveCount },
    });
    return [queue, dead];
  };
  const [effects, effectsDead] = create('effects', Duration.days(4), 5);
  // Mail servers are down for an hour or two: 20 tries, six minutes apart.
  const [mail, mailDead] = create('mail', Duration.days(1), 20);
  return { effects, 'effects-dead': effectsDead, mail, 'mail-dead': mailDead };
}
