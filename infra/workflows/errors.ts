/**
 * Names of errors that go by themselves: throttling, conflicts of transactions, calls that were cut off, a worker that
 * died. The one list that each task retries by; names are those that Lambda and the AWS SDK give, and `InvocationFailed`
 * for a function that a task calls.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
 */
export const transientErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'TooManyRequestsException',
  'InvocationFailed',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Sandbox.Timedout',
  'States.Timeout',
  'TransactionCanceledException',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'InternalError', // S3
  'InternalServerError',
  'InternalServerException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'SlowDown',
  'KMSInternalException',
  'DependencyTimeoutException',
  'TimeoutError',
] as const;

/** Another attempt, or a withdrawal, has taken over: this execution ends in peace (powers.md, race 8). */
export const attemptSuperseded = 'AttemptSuperseded';

/** Other work on the same profile has the first turn: an export that is at work, or another erasure. It is waited for. */
export const busyErrors = ['ExportAtWork', 'ProfileInErasure'] as const;

/** A hold was placed or lifted after what is held was preserved: that is done again (race 5). */
export const holdChanged = 'HoldChanged';
