import type { FunctionName } from './functions.ts';
import { may, type Power } from './power.ts';

const receiveEffects = may('queue/effects', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes');
const receiveMail = may('queue/mail', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes');
const sendEffects = may('queue/effects', 'SendMessage');

/** Claims of idempotency keys, nonces (PutItem under a condition), counters (UpdateItem). */
const useEphemeral = may('table/ephemeral', 'PutItem', 'UpdateItem');
const readSites = may('table/sites', 'GetItem');
const readKeys = may('table/keys', 'GetItem');
/** A ledger is only added to; GetItem tells after a lost answer whether the event is there (race 9). */
const addToLedger = may('table/ledger', 'GetItem', 'PutItem');
const macIdentifiers = may('key/index', 'GenerateMac');
const verifyPlan = may('key/plan', 'VerifyMac');
const verifyFound = may('key/count-found', 'VerifyMac');
const verifyErased = may('key/count-erased', 'VerifyMac');
const verifyScan = may('key/count-seen', 'VerifyMac');
const macCodes = may('key/code', 'GenerateMac');
const deriveSiteSecrets = may('key/site-auth', 'GenerateMac');
const unwrapOrdinary = may('key/wrap-ordinary', 'Decrypt');
const unwrapRetained = may('key/wrap-retained', 'Decrypt');
const unwrapRequest = may('key/wrap-request', 'Decrypt');

/** Of the two intakes, by invocation: keys are minted, proofs made and links given by others (A17). */
const openVerifyRelease = [
  may('function/invoked/open-request', 'InvokeFunction'),
  may('function/invoked/verify', 'InvokeFunction'),
  may('function/invoked/release', 'InvokeFunction'),
];

/**
 * What each function may do, and by omission what it may not: no more than its code does today. The rules behind it: who
 * mints keys cannot decrypt; who decrypts cannot write `keys`; who destroys keys cannot decrypt; who deletes rows neither
 * decrypts nor testifies; proofs come from `verify` alone, links from `release` alone, signatures from `sign` alone, and each
 * count of an erasure from its own counter. `test/infra/forbidden-pairs.test.ts` holds them against the
 * template, `test/infra/powers-used.test.ts` against the code.
 */
export const powers: Record<FunctionName, readonly Power[]> = {
  'http/public': [may('key/evidence', 'GetPublicKey')],

  'http/enrol': [
    may('table/sites', 'GetItem', 'PutItem', 'UpdateItem'),
    useEphemeral,
    may('table/ledger', 'PutItem'),
    deriveSiteSecrets,
    may('key/evidence', 'GetPublicKey'), // A new site is given the vendor's keys.
    may('queue/mail', 'SendMessage'), // Asks for the code to a controller's contact; of the effects it may ask for none.
    may('function/invoked/verify', 'InvokeFunction'),
  ],

  'http/site-data': [
    readSites,
    useEphemeral,
    may('table/directory', 'GetItem', 'Query', 'PutItem', 'ConditionCheckItem'),
    may('table/index', 'PutItem'),
    may('table/records', 'BatchGetItem', 'Query', 'PutItem'),
    may('table/keys', 'GetItem', 'ConditionCheckItem'),
    macIdentifiers,
    deriveSiteSecrets,
    unwrapOrdinary,
    unwrapRetained,
    may('function/invoked/open-profile', 'InvokeFunction'),
  ],

  'http/site-requests': [
    readSites,
    useEphemeral,
    may('table/directory', 'GetItem'),
    may('table/requests', 'GetItem', 'PutItem', 'UpdateItem'),
    addToLedger,
    readKeys,
    macIdentifiers,
    may('key/choice', 'GenerateMac'),
    deriveSiteSecrets,
    unwrapRequest, // Whom a receipt is about is sealed when the request is filed.
    sendEffects,
    ...openVerifyRelease,
  ],

  'http/subject': [
    readSites,
    useEphemeral,
    may('table/index', 'Query'),
    may('table/requests', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    addToLedger,
    readKeys,
    macIdentifiers,
    may('key/choice', 'GenerateMac'), // What its person chose, for the one that plans (A5).
    unwrapRequest,
    sendEffects,
    ...openVerifyRelease,
  ],

  'invoked/open-profile': [
    // Every account of a user id is looked at: what was erased with one does not come back under another (A7).
    may('table/directory', 'GetItem', 'Query', 'PutItem', 'ConditionCheckItem'),
    may('table/keys', 'PutItem'),
    may('key/wrap-ordinary', 'GenerateDataKeyWithoutPlaintext'),
    may('key/wrap-retained', 'GenerateDataKeyWithoutPlaintext'),
  ],

  // Apart from open-profile, so that the open intake can mint no profile's key.
  'invoked/open-request': [
    may('table/keys', 'PutItem'),
    may('key/wrap-request', 'GenerateDataKeyWithoutPlaintext'),
  ],

  'invoked/verify': [
    may('table/requests', 'GetItem', 'PutItem', 'UpdateItem'),
    addToLedger,
    macCodes, // A key apart: what intake may call (`index`) must not make codes.
    may('key/proof', 'GenerateMac'),
  ],

  'invoked/release': [
    may('table/requests', 'GetItem', 'Query', 'UpdateItem'),
    addToLedger,
    may('table/directory', 'GetItem'), // The profiles' epochs, before every link (race 6).
    verifyPlan,
    may('key/proof', 'VerifyMac'),
    may('objects/bundles', 'GetObject'), // A presigned link has the powers of who signed it.
  ],

  // A receipt it builds itself, from what was counted and the ledger; nobody hands it a digest.
  'invoked/sign': [
    may('table/requests', 'GetItem', 'Query', 'PutItem'),
    may('table/ledger', 'Query'),
    readSites,
    verifyPlan,
    verifyFound,
    verifyErased,
    verifyScan,
    may('key/evidence', 'Sign', 'GetPublicKey'),
  ],

  'workflow/plan-work': [
    may('table/directory', 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
    may('table/index', 'Query'),
    may('table/records', 'Query'), // Whether a profile holds what signs its person in (A1).
    may('table/requests', 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
    addToLedger,
    readKeys,
    unwrapOrdinary,
    unwrapRequest,
    may('key/proof', 'VerifyMac'),
    may('key/choice', 'VerifyMac'), // What was chosen at the start, scope and ground (A5).
    may('key/plan', 'GenerateMac', 'VerifyMac'), // The one that plans; a later attempt takes its plan over.
    may('key/notice', 'VerifyMac'), // Nothing is erased before everybody was told (A25).
    sendEffects,
  ],

  'workflow/collect-pages': [
    may('table/records', 'Query'),
    may('table/requests', 'GetItem', 'Query'),
    readKeys,
    unwrapOrdinary,
    unwrapRetained,
    unwrapRequest,
    verifyPlan,
    may('objects/staging', 'PutObject'),
  ],

  'workflow/build-bundle': [
    may('objects/staging', 'GetObject'),
    may('objects/bundles', 'PutObject', 'AbortMultipartUpload'),
    readKeys,
    unwrapRequest,
    may('table/requests', 'GetItem', 'Query', 'PutItem'),
    may('table/ledger', 'Query'),
    readSites,
    verifyPlan,
    may('function/invoked/sign', 'InvokeFunction'),
  ],

  // Puts held data under the retained key before the other goes; it writes no key and deletes nothing.
  'workflow/preserve-held': [
    may('table/directory', 'GetItem', 'Query', 'UpdateItem', 'ConditionCheckItem'),
    may('table/records', 'Query', 'PutItem'),
    may('table/requests', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    addToLedger,
    readKeys,
    unwrapOrdinary,
    unwrapRetained,
    verifyPlan,
    may('key/count-found', 'GenerateMac', 'VerifyMac'),
  ],

  // Who destroys keys can open none, and reads no record.
  'workflow/destroy-keys': [
    may('table/directory', 'GetItem', 'UpdateItem'),
    may('table/keys', 'GetItem', 'UpdateItem'),
    may('table/requests', 'GetItem', 'Query', 'UpdateItem'),
    addToLedger,
    verifyPlan,
    verifyFound, // No key goes on the word of the directory alone.
  ],

  // The only one that deletes rows; it opens no key and says nothing in the ledger.
  'workflow/erase-rows': [
    may('table/records', 'Query', 'BatchWriteItem'),
    may('table/directory', 'GetItem', 'Query', 'UpdateItem', 'BatchWriteItem', 'DeleteItem'),
    may('table/index', 'UpdateItem', 'BatchWriteItem'),
    may('table/requests', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    verifyPlan,
    verifyFound,
    may('key/count-erased', 'GenerateMac', 'VerifyMac'),
    may('bucket/staging', 'ListBucket', 'ListBucketMultipartUploads'),
    may('bucket/bundles', 'ListBucket', 'ListBucketMultipartUploads'),
    may('objects/staging', 'DeleteObject', 'AbortMultipartUpload'),
    may('objects/bundles', 'DeleteObject', 'AbortMultipartUpload'),
  ],

  // The second look: it reads every place, and writes none of them.
  'workflow/scan-places': [
    may('table/records', 'Query'),
    may('table/directory', 'GetItem', 'Query'),
    may('table/index', 'GetItem'),
    readKeys,
    may('table/requests', 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    addToLedger,
    verifyPlan,
    verifyFound,
    may('key/count-seen', 'GenerateMac', 'VerifyMac'), // Not the eraser's, so that it cannot say what was seen after it.
    may('bucket/staging', 'ListBucket', 'ListBucketMultipartUploads'),
    may('bucket/bundles', 'ListBucket', 'ListBucketMultipartUploads'),
  ],

  'workflow/conclude': [
    may('table/requests', 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
    addToLedger,
    may('table/directory', 'ConditionCheckItem'), // Published only while each profile's epoch stands (race 6).
    verifyPlan,
    verifyFound,
    verifyScan,
    sendEffects,
  ],

  'queue/start-work': [
    receiveEffects,
    may('machine/export', 'StartExecution'),
    may('machine/erasure', 'StartExecution'),
    may('queue/mail', 'SendMessage'),
  ],

  'queue/send-message': [
    receiveMail,
    may('table/requests', 'GetItem', 'PutItem', 'UpdateItem'),
    readKeys,
    readSites, // Where a controller's contact is written to.
    unwrapRequest,
    macCodes, // It makes the code, so that no queue ever holds one.
    may('key/notice', 'GenerateMac'), // It alone says that a notice went out.
    may('mail/identity', 'SendEmail'),
    may('mail/configuration-set', 'SendEmail'),
    may('sms/phones', 'Publish'), // Only on a stage that sends text messages.
    may('table/ephemeral', 'UpdateItem'), // Counts them: a day has a budget (A28).
  ],

  'schedule/reconcile': [
    may('table/requests', 'GetItem', 'UpdateItem'),
    may('table-index/requests/work', 'Query'),
    addToLedger,
    may('machine/export', 'StartExecution'),
    may('machine/erasure', 'StartExecution'),
    may('executions/export', 'DescribeExecution'),
    may('executions/erasure', 'DescribeExecution'),
    sendEffects,
  ],

  'schedule/lapse': [
    may('table/requests', 'GetItem', 'PutItem', 'UpdateItem'),
    may('table-index/requests/work', 'Query'),
    addToLedger,
    sendEffects,
  ],

  'schedule/expire': [
    may('table/requests', 'GetItem', 'UpdateItem'),
    may('table-index/requests/work', 'Query'),
    addToLedger,
    may('bucket/staging', 'ListBucket', 'ListBucketMultipartUploads'),
    may('bucket/bundles', 'ListBucket', 'ListBucketMultipartUploads'),
    may('objects/staging', 'DeleteObject', 'AbortMultipartUpload'),
    may('objects/bundles', 'DeleteObject', 'AbortMultipartUpload'),
    may('function/workflow/destroy-keys', 'InvokeFunction'), // Of requests that ended 30 days ago (G01).
    may('function/workflow/erase-rows', 'InvokeFunction'), // Tombstones whose 400 days are over.
  ],
};

/** Every function writes its own log and no other. */
export const logPower: Power = may('log/own', 'CreateLogStream', 'PutLogEvents');
