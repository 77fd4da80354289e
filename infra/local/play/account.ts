import { readFileSync } from 'node:fs';
import https from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, InvalidCiphertextException, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/lib-dynamodb';

/** Where the account's own APIs are, its root key, and the names of its tables: `records`, `keys`, … */
export type AccountAddress = {
  readonly url: string;
  readonly caFile: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly tables: Readonly<Record<string, string>>;
};

export type Row = { readonly pk: string; readonly sk: string } & Readonly<Record<string, unknown>>;

/**
 * The account behind the API as its root sees it, which nobody may become in production: every row of every table, and
 * every use of a wrapping key. To find out what is really there, not to do anything: it writes nothing.
 */
export type Account = {
  readonly tables: readonly string[];
  readonly rowsOf: (table: string) => Promise<Row[]>;
  /** The data key in a wrapped one, if KMS gives it for this owner and scope. */
  readonly unwrap: (wrapped: Uint8Array, owner: string, scope: string) => Promise<Buffer | undefined>;
};

export function openAccount({ url, caFile, region, credentials, tables }: AccountAddress): Account {
  const httpsAgent = new https.Agent({ ca: readFileSync(caFile), keepAlive: true });
  const settings = { endpoint: url, region, credentials, requestHandler: { httpsAgent } };
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  const kms = new KMSClient(settings);
  return {
    tables: Object.keys(tables),
    rowsOf: async (table) => {
      const rows: Row[] = [];
      let next: ScanCommandOutput['LastEvaluatedKey'];
      do {
        const page: ScanCommandOutput = await dynamo.send(
          new ScanCommand({ TableName: tables[table], ConsistentRead: true, ExclusiveStartKey: next }),
        );
        rows.push(...((page.Items ?? []) as Row[]));
        next = page.LastEvaluatedKey;
      } while (next);
      return rows;
    },
    unwrap: async (wrapped, owner, scope) => {
      try {
        const EncryptionContext = { owner, scope };
        const { Plaintext } = await kms.send(
          new DecryptCommand({ CiphertextBlob: wrapped, EncryptionContext }),
        );
        return Plaintext && Buffer.from(Plaintext);
      } catch (error) {
        if (error instanceof InvalidCiphertextException) return undefined;
        throw error;
      }
    },
  };
}
