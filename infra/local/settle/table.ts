import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

const recovery = z
  .object({ PointInTimeRecoveryEnabled: z.boolean(), RecoveryPeriodInDays: z.int().optional() })
  .optional();
const encryption = z
  .object({ SSEEnabled: z.boolean().optional(), KMSMasterKeyId: z.string().optional() })
  .optional();
/** Of `AWS::DynamoDB::Table`, and of `GlobalTable`, which says these things in its replicas. */
const tableSchema = z.object({
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  PointInTimeRecoverySpecification: recovery,
  SSESpecification: encryption,
  Replicas: z
    .array(z.object({ PointInTimeRecoverySpecification: recovery, SSESpecification: encryption }))
    .max(1, 'one replica at most')
    .optional(),
});

/** Brings a table's expiry attribute, recovery window and encryption key to what its template says. */
export async function settleTable(client: DynamoDBClient, name: string, properties: unknown): Promise<void> {
  const table = tableSchema.parse(properties);
  const [replica] = table.Replicas ?? [];
  const timeToLive = table.TimeToLiveSpecification;
  if (timeToLive?.Enabled) await settleTimeToLive(client, name, timeToLive.AttributeName);
  const window = table.PointInTimeRecoverySpecification ?? replica?.PointInTimeRecoverySpecification;
  if (window?.PointInTimeRecoveryEnabled) await settleRecovery(client, name, window.RecoveryPeriodInDays);
  const key = table.SSESpecification?.KMSMasterKeyId ?? replica?.SSESpecification?.KMSMasterKeyId;
  if (table.SSESpecification?.SSEEnabled && key !== undefined) await settleEncryption(client, name, key);
}

async function settleTimeToLive(client: DynamoDBClient, name: string, attribute: string): Promise<void> {
  const { TimeToLiveDescription: now } = await client.send(
    new DescribeTimeToLiveCommand({ TableName: name }),
  );
  if (now?.TimeToLiveStatus === 'ENABLED' && now.AttributeName === attribute) return;
  const TimeToLiveSpecification = { AttributeName: attribute, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

async function settleRecovery(client: DynamoDBClient, name: string, days: number | undefined): Promise<void> {
  const { ContinuousBackupsDescription: backups } = await client.send(
    new DescribeContinuousBackupsCommand({ TableName: name }),
  );
  // The engine takes the window's length and does not tell it back, so only the switch can be compared.
  if (backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED') return;
  const PointInTimeRecoverySpecification = {
    PointInTimeRecoveryEnabled: true,
    ...(days === undefined ? {} : { RecoveryPeriodInDays: days }),
  };
  await client.send(
    new UpdateContinuousBackupsCommand({ TableName: name, PointInTimeRecoverySpecification }),
  );
}

async function settleEncryption(client: DynamoDBClient, name: string, key: string): Promise<void> {
  const { Table: now } = await client.send(new DescribeTableCommand({ TableName: name }));
  if (now?.SSEDescription?.Status === 'ENABLED' && now.SSEDescription.KMSMasterKeyArn?.endsWith(key)) return;
  const SSESpecification = { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: key } as const;
  await client.send(new UpdateTableCommand({ TableName: name, SSESpecification }));
}
