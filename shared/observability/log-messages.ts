/**
 * Every message that may be logged, with the only values that may stand beside it: ids, enums, counts and times.
 * A value that is not listed here cannot be logged (it does not compile), so personal data has no way into a log line.
 * Add a message by adding a line; keep the lists alphabetical. The function's own name is `service` of every line already,
 * and the logger drops a value under one of its own keys.
 */
export const logMessages = {
  'answer-not-remembered': ['routeKey'],
  'call-answered': ['apiRequestId', 'code', 'durationMs', 'routeKey', 'status'],
  'call-failed': ['apiRequestId', 'routeKey'],
  'contact-asked': ['siteId'],
  'contact-code-ended': ['siteId', 'state'],
  'contact-confirmed': ['siteId'],
  'effect-not-sent': ['requestId'],
  'key-added': ['algorithm', 'keyId', 'siteId'],
  'key-revoked': ['keyId', 'siteId'],
  'message-ended': ['requestId', 'state'],
  'message-failed': [],
  'message-over-budget': ['kind', 'requestId', 'then'],
  'read-refused': ['dataset', 'purpose', 'siteId'],
  'site-call-refused': ['reason'],
  'site-enrolled': ['controllerId', 'keyId', 'platform', 'siteId'],
  'task-failed': [],
  'text-over-budget': ['kind', 'requestId'],
  'work-found': ['count'],
} as const satisfies Record<string, readonly string[]>;

export type LogMessage = keyof typeof logMessages;

/** The values that a message takes; each is optional, none other is allowed. */
export type LogValues<Message extends LogMessage> = Readonly<
  Partial<Record<(typeof logMessages)[Message][number], string | number | boolean | undefined>>
>;
