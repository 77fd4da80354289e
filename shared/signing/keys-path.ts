/** Where the vendor's public keys are, below its origin. Receipts name it: it never changes. */
export const keysPath = '/v1/keys';
