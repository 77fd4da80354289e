import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { describeError } from './describe-error.ts';
import { logMessages, type LogMessage, type LogValues } from './log-messages.ts';

/** The log of one function: structured lines of registered messages, ids and enums only. */
export type Log = {
  readonly info: <Message extends LogMessage>(message: Message, values?: LogValues<Message>) => void;
  readonly warn: <Message extends LogMessage>(message: Message, values?: LogValues<Message>) => void;
  /** Logs what kind of error it was and where it arose; never its message. */
  readonly error: <Message extends LogMessage>(
    message: Message,
    thrown: unknown,
    values?: LogValues<Message>,
  ) => void;
  /** Adds the invocation's id, cold start and function name to the lines that follow. */
  readonly addContext: (context: Context) => void;
};

/** Ids, enums, route keys and times fit; a mail address, a sentence or a header does not. */
const loggable = /^[\w .:/{}$#=+-]{0,120}$/;
/** A phone number, an IPv4 or an IPv6 address is made of the same letters as an id. */
const addresses = [/^\+?[\d ()/-]{7,20}$/, /^\d{1,3}(\.\d{1,3}){3}/, /^[\da-f]{0,4}(:[\da-f]{0,4}){2,7}$/i];

/**
 * Opens the log of a function.
 *
 * @example
 * const log = openLog('http-enrol');
 * log.info('site-enrolled', { siteId, keyId });
 */
export function openLog(service: string): Log {
  const logger = new Logger({ serviceName: service });
  return {
    info: (message, values) => {
      logger.info(message, allowed(message, values));
    },
    warn: (message, values) => {
      logger.warn(message, allowed(message, values));
    },
    error: (message, thrown, values) => {
      logger.error(message, { ...allowed(message, values), failure: describeError(thrown) });
    },
    addContext: (context) => {
      logger.addContext(context);
    },
  };
}

/** Second door behind the types: values beside the registered keys, and values that are no id, stay out. */
function allowed(
  message: LogMessage,
  values: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const keys: readonly string[] = logMessages[message];
  const entries = Object.entries(values).filter(([key, value]) => keys.includes(key) && value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, isLoggable(value) ? value : 'withheld']));
}

const isLoggable = (value: unknown): boolean =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && loggable.test(value) && !addresses.some((address) => address.test(value)));
