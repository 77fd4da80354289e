import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { constructId } from '#infra/powers/functions.ts';
import type { Resources } from './arns.ts';

/** What deploying, destroying, the commands and the tests need to know of the stack: names and addresses. */
export function writeOutputs(stack: Stack, resources: Resources & { readonly api: HttpApi }): void {
  const write = (name: string, value: string): void => {
    new CfnOutput(stack, name, { value });
  };
  const { api, tables, buckets, queues, keys, machines, functions } = resources;
  write('ApiId', api.apiId);
  write('ApiEndpoint', api.apiEndpoint);
  for (const [name, table] of Object.entries(tables)) write(`${capital(name)}TableName`, table.tableName);
  for (const [name, bucket] of Object.entries(buckets))
    write(`${capital(name)}BucketName`, bucket.bucketName);
  for (const [name, queue] of Object.entries(queues)) write(`${capital(name)}QueueUrl`, queue.queueUrl);
  for (const [name, key] of Object.entries(keys)) write(`${capital(name)}KeyId`, key.keyId);
  for (const [name, machine] of Object.entries(machines))
    write(`${capital(name)}MachineArn`, machine.stateMachineArn);
  for (const { name, lambda } of Object.values(functions))
    write(`${constructId(name)}FunctionName`, lambda.functionName);
}

/** `wrap-ordinary` becomes `WrapOrdinary`. */
const capital = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
