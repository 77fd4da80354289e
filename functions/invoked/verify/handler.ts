import { randomBytes } from 'node:crypto';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { openTable } from '#shared/aws/table.ts';
import { normaliseDigits } from '#shared/identity/code.ts';
import { confirmByCode } from '#shared/identity/contact-code.ts';
import { proveByCode } from '#shared/identity/prove-by-code.ts';
import { proveBySecondCode } from '#shared/identity/prove-by-second-code.ts';
import { proveByOrder } from '#shared/identity/prove-by-order.ts';
import { proveBySession } from '#shared/identity/prove-by-session.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { verifyInput } from './contract.ts';
import { verifyEnvironment } from './environment.ts';

const environment = readEnvironment(verifyEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
};
const keys = {
  code: { kms, keyId: environment.CODE_KEY_ID },
  proof: { kms, keyId: environment.PROOF_KEY_ID },
};

/** The only function that makes proofs (A17). It sees no data and no address. */
export const handler = createTask('verify', verifyInput, async (input, { now }) => {
  if (input.kind === 'session') {
    const level = await proveBySession(stores, keys.proof, input.requestId, now);
    return level === undefined ? { proven: false } : { proven: true, level };
  }
  if (input.kind === 'order') {
    const level = await proveByOrder(stores, keys.proof, input.requestId, now);
    return level === undefined ? { proven: false } : { proven: true, level };
  }
  if (input.kind === 'contact') {
    const { code, ...contact } = input;
    return { confirmed: await confirmByCode(stores.requests, keys.code, contact, { code, now }) };
  }
  const token = randomBytes(32).toString('base64url');
  // A code of a text message has another form than that of a mail: each is tried where it belongs.
  const prove = normaliseDigits(input.code) === undefined ? proveByCode : proveBySecondCode;
  const proven = await prove(stores, keys, { ...input, token, now });
  return proven ? { proven: true, ...proven } : { proven: false };
});
