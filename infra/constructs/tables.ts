import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';
import type { TableName } from '#infra/powers/power.ts';

export type Tables = Record<TableName, Table>;

type Options = Pick<Stage, 'keepData' | 'recoveryDays' | 'keyRecoveryDays'> & { readonly storage: IKey };

/** The index of `requests` by which scheduled work is found: due, lapse, outbox. */
export const workIndex = 'work';

/** The tables of powers.md 1, one per power. Days of point-in-time recovery; 0 = none, for a reason. */
export function createTables(scope: Construct, options: Options): Tables {
  const place = new Construct(scope, 'Tables');
  const create = (name: TableName, days: number, expires = false): Table =>
    createTable(place, name, days, expires, options);
  const tables: Tables = {
    directory: create('directory', options.recoveryDays),
    index: withoutRecovery(
      create('index', 0),
      'Rebuilt from the directory; a copy would outlive an erasure.',
    ),
    records: create('records', options.recoveryDays),
    // A destroyed key must be gone for good soon: the horizon that receipts state (design.md 4).
    keys: create('keys', options.keyRecoveryDays),
    requests: create('requests', options.recoveryDays),
    ledger: create('ledger', options.recoveryDays),
    sites: create('sites', options.recoveryDays),
    ephemeral: withoutRecovery(
      create('ephemeral', 0, true),
      'Nonces, counters, replays: of no use after a day.',
    ),
  };
  tables.requests.addGlobalSecondaryIndex({
    indexName: workIndex,
    partitionKey: { name: 'workPk', type: AttributeType.STRING },
    sortKey: { name: 'workSk', type: AttributeType.STRING },
    projectionType: ProjectionType.ALL,
  });
  return tables;
}

function createTable(
  scope: Construct,
  name: TableName,
  recoveryDays: number,
  expires: boolean,
  { storage, keepData }: Options,
): Table {
  return new Table(scope, name, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: storage,
    ...(recoveryDays > 0 && {
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: recoveryDays,
      },
    }),
    // Elsewhere TTL would ignore holds and leave no event.
    ...(expires && { timeToLiveAttribute: 'ttl' }),
    deletionProtection: keepData,
    removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}

function withoutRecovery(table: Table, reason: string): Table {
  Validations.of(table).acknowledge({ id: 'AwsSolutions-DDB3', reason });
  return table;
}
