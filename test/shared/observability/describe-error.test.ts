import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeError } from '#shared/observability/describe-error.ts';

const address = 'alice@example.org';

describe('describeError', () => {
  it('A18: leaves out the message, whatever it holds, and keeps name and frames', () => {
    // Prepare
    const error = new TypeError(`cannot read ${address}`);

    // Act
    const description = describeError(error);

    // Assess
    expect(description.name).toBe('TypeError');
    expect(description.frames[0]).toContain('describe-error.test.ts');
    expect(JSON.stringify(description)).not.toContain(address);
  });

  it('A18: leaves out messages that look like stack frames', () => {
    const error = new Error(`first\n    at ${address} (file.ts:1:1)\nlast`);

    const description = describeError(error);

    expect(JSON.stringify(description)).not.toContain(address);
    expect(description.frames.length).toBeGreaterThan(0);
  });

  it('A18: of an error of the AWS SDK keeps the request id, not the item it carries', () => {
    // Prepare
    const error = Object.assign(
      new DynamoDBServiceException({
        name: 'ConditionalCheckFailedException',
        $fault: 'client',
        $metadata: { requestId: 'AWSREQUEST1', httpStatusCode: 400 },
      }),
      { Item: { email: { S: address } } },
    );

    // Act
    const description = describeError(error);

    // Assess
    expect(description).toMatchObject({
      name: 'ConditionalCheckFailedException',
      awsRequestId: 'AWSREQUEST1',
    });
    expect(JSON.stringify(description)).not.toContain(address);
  });

  it('A18: follows causes by the same rule, and not for ever', () => {
    // Prepare
    const error: Error & { cause?: unknown } = new Error('outer');
    error.cause = Object.assign(new RangeError(address), { cause: error });

    // Act
    const description = describeError(error);

    // Assess
    expect(description.cause?.name).toBe('RangeError');
    expect(JSON.stringify(description)).not.toContain(address);
  });

  it('A18: shows no text of anything that can be thrown', () => {
    const canary = fc.string({ minLength: 4 }).map((text) => `${text}@canary`);
    fc.assert(
      fc.property(canary, canary, (message, name) => {
        const error = Object.assign(new Error(message), { name, code: message, email: message });
        const shown = JSON.stringify([describeError(error), describeError(message)]);
        expect(shown).not.toContain('@canary');
      }),
    );
  });
});
