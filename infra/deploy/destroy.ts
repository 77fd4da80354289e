/**
 * `npm run destroy -- --stage NAME`: empties the two buckets, then deletes the stack with everything in it, and asks
 * nothing. Refused for a stage that keeps its data. (A custom resource that empties buckets, which the CDK offers, would
 * have the power to delete all the time.)
 */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { stackName, type Stage } from '#infra/config.ts';
import { emptyBucket } from './empty-bucket.ts';
import { refuseEndpoint } from './refuse-deployment.ts';
import { runCdk } from './run-cdk.ts';
import { CommandRefused, readStageArguments, runCommand } from './stage-argument.ts';

async function bucketsOf(stage: Stage): Promise<string[]> {
  const client = new CloudFormationClient({ region: stage.region });
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName(stage) }));
  const outputs = Stacks[0]?.Outputs ?? [];
  return ['StagingBucketName', 'BundlesBucketName'].flatMap(
    (name) => outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue ?? [],
  );
}

await runCommand(async () => {
  const { stage } = readStageArguments('destroy');
  if (stage.keepData)
    throw new CommandRefused(`stage ${stage.name} keeps its data (keepData); it is not destroyed`);
  const elsewhere = refuseEndpoint(stage, process.env['AWS_ENDPOINT_URL']);
  if (elsewhere !== undefined) throw new CommandRefused(`stage ${stage.name} is not destroyed: ${elsewhere}`);
  const client = new S3Client({ region: stage.region, forcePathStyle: true });
  for (const bucket of await bucketsOf(stage))
    console.log(`${bucket}: ${await emptyBucket(client, bucket)} objects deleted`);
  return runCdk('destroy', stage, '--force');
});
