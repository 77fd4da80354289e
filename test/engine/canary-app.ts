/** A small app with one of each thing whose treatment by the local engine the tests beside it hold. Never deployed to AWS. */
import { App, Duration, RemovalPolicy, Stack, CfnOutput } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, Table, TableEncryption, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import {
  DefinitionBody,
  IntegrationPattern,
  StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { localStage } from '#infra/local/local-stage.ts';

/** Does what its event asks: exits, takes no more calls, throws an error of that name, shows the role's credentials, or answers with its event. */
const obedient = `exports.handler = async (event) => {
  if (event.exit) process.exit(1);
  if (event.deaf) require('fs').closeSync(0);
  if (event.throw) throw Object.assign(new Error('as asked'), { name: event.throw });
  if (event.credentials) return {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
    sessionToken: process.env.AWS_SESSION_TOKEN,
  };
  if (!event.requestContext) return event;
  return { statusCode: 201, headers: { 'content-type': 'application/json', 'x-canary': 'sings' }, body: JSON.stringify(event) };
};`;

const app = new App();
const stack = new Stack(app, 'Canary', { env: { account: localStage.account, region: localStage.region } });
const key = new Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
const partitionKey = { name: 'pk', type: AttributeType.STRING };

const table = new Table(stack, 'Table', {
  partitionKey,
  timeToLiveAttribute: 'expiresAt',
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 1 },
  encryption: TableEncryption.CUSTOMER_MANAGED,
  encryptionKey: key,
});
const globalTable = new TableV2(stack, 'GlobalTable', {
  partitionKey,
  timeToLiveAttribute: 'endsAt',
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  encryption: TableEncryptionV2.customerManagedKey(key),
});
const bucket = new Bucket(stack, 'Bucket', {
  encryption: BucketEncryption.KMS,
  encryptionKey: key,
  bucketKeyEnabled: true,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  lifecycleRules: [
    { id: 'old', prefix: 'staging/', expiration: Duration.days(7) },
    { id: 'broken', abortIncompleteMultipartUploadAfter: Duration.days(1) },
  ],
});
const fn = new Function(stack, 'Obedient', {
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  handler: 'index.handler',
  code: Code.fromInline(obedient),
});
const queue = new Queue(stack, 'Tokens');
const machine = new StateMachine(stack, 'Machine', {
  definitionBody: DefinitionBody.fromChainable(
    SqsSendMessage.jsonata(stack, 'Ask', {
      queue,
      messageBody: TaskInput.fromText('{% $states.context.Task.Token %}'),
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      taskTimeout: Timeout.duration(Duration.seconds(20)),
    }),
  ),
});
machine.grantTaskResponse(fn);
const identity = new EmailIdentity(stack, 'Sender', { identity: Identity.domain('sender.example') });
fn.addToRolePolicy(
  new PolicyStatement({ actions: ['ses:SendEmail'], resources: [identity.emailIdentityArn] }),
);
const api = new HttpApi(stack, 'Api');
api.addRoutes({
  path: '/{proxy+}',
  methods: [HttpMethod.ANY],
  integration: new HttpLambdaIntegration('Answer', fn),
});

const outputs = {
  TableName: table.tableName,
  GlobalTableName: globalTable.tableName,
  BucketName: bucket.bucketName,
  KeyId: key.keyId,
  QueueUrl: queue.queueUrl,
  FunctionName: fn.functionName,
  FunctionArn: fn.functionArn,
  MachineArn: machine.stateMachineArn,
  MachineRoleArn: machine.role.roleArn,
  ApiId: api.apiId,
};
for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
