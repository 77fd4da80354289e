import type { FunctionName } from './functions.ts';

export type TableName =
  'directory' | 'index' | 'records' | 'keys' | 'requests' | 'ledger' | 'sites' | 'ephemeral';
export type KeyName =
  | 'storage'
  | 'wrap-ordinary'
  | 'wrap-retained'
  | 'wrap-request'
  | 'index'
  | 'code'
  | 'proof'
  | 'plan'
  | 'notice'
  | 'choice'
  | 'count-found'
  | 'count-erased'
  | 'count-seen'
  | 'site-auth'
  | 'evidence';
export type BucketName = 'staging' | 'bundles';
export type MachineName = 'export' | 'erasure';
export type QueueName = 'effects' | 'mail';

/**
 * What each kind of resource can be asked for at all in this release. What stands in no line here cannot be granted:
 * no Scan, no PartiQL, no kms:Encrypt, no kms:GenerateDataKey. What deletes is for `erase-rows` alone.
 */
type Actions = {
  table:
    | 'GetItem'
    | 'BatchGetItem'
    | 'Query'
    | 'PutItem'
    | 'UpdateItem'
    | 'ConditionCheckItem'
    | 'BatchWriteItem'
    | 'DeleteItem';
  'table-index': 'Query';
  key: 'Decrypt' | 'GenerateDataKeyWithoutPlaintext' | 'GenerateMac' | 'VerifyMac' | 'Sign' | 'GetPublicKey';
  bucket: 'ListBucket' | 'ListBucketMultipartUploads';
  objects: 'GetObject' | 'PutObject' | 'AbortMultipartUpload' | 'DeleteObject';
  queue: 'SendMessage' | 'ReceiveMessage' | 'DeleteMessage' | 'GetQueueAttributes';
  function: 'InvokeFunction';
  machine: 'StartExecution';
  executions: 'DescribeExecution';
  mail: 'SendEmail';
  sms: 'Publish';
  log: 'CreateLogStream' | 'PutLogEvents';
};
type Kind = keyof Actions;

type Names = {
  table: TableName;
  'table-index': 'requests/work';
  key: Exclude<KeyName, 'storage'>;
  bucket: BucketName;
  objects: BucketName;
  queue: QueueName;
  function: FunctionName;
  machine: MachineName;
  executions: MachineName;
  mail: 'identity' | 'configuration-set';
  sms: 'phones';
  log: 'own';
};

/** One resource of the stack as the powers name it: `table/keys`, `key/wrap-request`, `function/invoked/verify`. */
export type ResourceName = { [K in Kind]: `${K}/${Names[K]}` }[Kind];

/** Named actions on one resource. */
export type Power = { readonly on: ResourceName; readonly actions: readonly string[] };

const services: Record<Kind, string> = {
  table: 'dynamodb',
  'table-index': 'dynamodb',
  key: 'kms',
  bucket: 's3',
  objects: 's3',
  queue: 'sqs',
  function: 'lambda',
  machine: 'states',
  executions: 'states',
  mail: 'ses',
  sms: 'sns',
  log: 'logs',
};

/** `may('table/keys', 'GetItem')`: the actions are those of the resource's kind, or it does not compile. */
export function may<K extends Kind>(on: `${K}/${Names[K]}`, ...actions: Actions[K][]): Power {
  const service = services[kindOf(on)];
  return { on: on as ResourceName, actions: actions.map((action) => `${service}:${action}`) };
}

const kindOf = (resource: string): Kind => resource.slice(0, resource.indexOf('/')) as Kind;
