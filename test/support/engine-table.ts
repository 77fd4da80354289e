import { randomUUID } from 'node:crypto';
import { CreateTableCommand, type GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable, type Table } from '#shared/aws/table.ts';

/** The sparse index of `requests` by which scheduled work is found, as the stack has it. */
const workIndex: GlobalSecondaryIndex = {
  IndexName: 'work',
  KeySchema: [
    { AttributeName: 'workPk', KeyType: 'HASH' },
    { AttributeName: 'workSk', KeyType: 'RANGE' },
  ],
  Projection: { ProjectionType: 'ALL' },
};

/** A fresh table of the run's engine with keys `pk` and `sk`, as every table of the stack has. */
export async function createTable(title: string, { work = false } = {}): Promise<Table> {
  const client = dynamoClient();
  const name = `${title}-${randomUUID()}`;
  const attributes = ['pk', 'sk', ...(work ? ['workPk', 'workSk'] : [])];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      ...(work && { GlobalSecondaryIndexes: [workIndex] }),
    }),
  );
  return openTable(client, name);
}

/** The same table through a client whose queries give two items a page, whatever the code asks for. */
export function withSmallPages(table: Table, size = 2): Table & { readonly queries: () => number } {
  const client = dynamoClient();
  let queries = 0;
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'QueryCommand') {
        queries += 1;
        Object.assign(args.input, { Limit: size });
      }
      return next(args);
    },
    { step: 'initialize', name: 'smallPages' },
  );
  return { ...openTable(client, table.name), queries: () => queries };
}
