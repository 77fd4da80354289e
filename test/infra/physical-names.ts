import { pathOf, type Resources } from './synthesize.ts';

/** Where the template of stage `example` would be deployed. */
export const account = '111122223333';
export const region = 'eu-central-1';

const pseudo: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** ARNs by type, as AWS would make them: prefix, then the name. */
const arns: Record<string, (name: string) => string> = {
  'AWS::DynamoDB::Table': (name) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::KMS::Key': (name) => `arn:aws:kms:${region}:${account}:key/${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${region}:${account}:${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${account}:role/${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${region}:${account}:log-group:${name}:*`,
  'AWS::StepFunctions::StateMachine': (name) => `arn:aws:states:${region}:${account}:stateMachine:${name}`,
};

/** Types whose `Ref` is the ARN and not the name. */
const refIsArn = new Set(['AWS::StepFunctions::StateMachine']);

type Intrinsic = {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly [string, string];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
};

/**
 * Reads values of a template as they would be once deployed, each resource named by its path: `Tables/keys` is the table
 * `keys`, `InvokedSign/Function` the function `InvokedSign`. What it does not know it refuses, so that nothing slips by.
 */
export function createNamer(resources: Resources): (value: unknown) => string {
  const named = (id: string): { type: string; name: string } => {
    const resource = resources[id];
    if (!resource) throw new TypeError(`no resource ${id}`);
    const name = pathOf(resource)
      .replace(/^(Tables|Keys|Buckets|Queues|Mail)\//, '')
      .replace(/\/(Function|Role|Machine|Log)$/, '');
    return { type: resource.Type, name };
  };
  const arnOf = (id: string): string => {
    const { type, name } = named(id);
    const arn = arns[type];
    if (!arn) throw new TypeError(`no ARN known for ${type}`);
    return arn(name);
  };
  const attribute = (id: string, name: string): string => {
    if (name === 'Arn') return arnOf(id);
    if (name === 'Name') return named(id).name;
    throw new TypeError(`attribute ${name} of ${id} is not known`);
  };
  const reference = (id: string): string =>
    pseudo[id] ?? (refIsArn.has(named(id).type) ? arnOf(id) : named(id).name);
  const render = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const { Ref, 'Fn::GetAtt': getAtt, 'Fn::Join': join } = value as Intrinsic;
    if (Ref !== undefined) return reference(Ref);
    if (getAtt) return attribute(getAtt[0], getAtt[1]);
    if (join) return join[1].map(render).join(join[0]);
    throw new TypeError(`cannot be read: ${JSON.stringify(value)}`);
  };
  return render;
}

/** ARNs of this stack's resources as questions name them. */
export const arn = {
  table: (name: string) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  key: (name: string) => `arn:aws:kms:${region}:${account}:key/${name}`,
  bucket: (name: string) => `arn:aws:s3:::${name}`,
  object: (bucket: string) => `arn:aws:s3:::${bucket}/some/object`,
  queue: (name: string) => `arn:aws:sqs:${region}:${account}:${name}`,
  function: (name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  machine: (name: string) => `arn:aws:states:${region}:${account}:stateMachine:${name}`,
  execution: (machine: string) => `arn:aws:states:${region}:${account}:execution:${machine}:some-execution`,
  role: (name: string) => `arn:aws:iam::${account}:role/${name}`,
  identity: (name: string) => `arn:aws:ses:${region}:${account}:identity/${name}`,
};
