import { S3Client } from '@aws-sdk/client-s3';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, type EngineAddress } from './engine-clients.ts';
import { settleBucket } from './settle/bucket.ts';
import { settleTable } from './settle/table.ts';
import { physicalIds, readTemplate, resolveReferences } from './settle/template.ts';

/**
 * Sets by API what the engine's CloudFormation reads from the template and silently drops: of tables the expiry attribute,
 * point-in-time recovery and the encryption key, of buckets the encryption and the lifecycle. Running it again changes nothing.
 * @param template path of the synthesized template
 * @returns the logical ids of the resources that it looked after
 */
export async function settle(engine: EngineAddress, stackName: string, template: string): Promise<string[]> {
  requireLoopback(engine.url);
  const settings = clientSettings(engine);
  const tables = new DynamoDBClient(settings);
  const buckets = new S3Client({ ...settings, forcePathStyle: true });
  const ids = await physicalIds(new CloudFormationClient(settings), stackName);
  const settled: string[] = [];
  for (const [logicalId, resource] of Object.entries(readTemplate(template))) {
    const name = ids.get(logicalId);
    if (name === undefined) continue;
    const properties = resolveReferences(resource.Properties, ids);
    if (resource.Type === 'AWS::DynamoDB::Table' || resource.Type === 'AWS::DynamoDB::GlobalTable')
      await settleTable(tables, name, properties);
    else if (resource.Type === 'AWS::S3::Bucket') await settleBucket(buckets, name, properties);
    else continue;
    settled.push(logicalId);
  }
  return settled;
}

/** On an AWS account the template has said it all; there this must never write. */
function requireLoopback(url: string): void {
  const { hostname } = new URL(url);
  if (hostname !== '127.0.0.1' && hostname !== 'localhost')
    throw new Error('refused: not an engine on this machine');
}
