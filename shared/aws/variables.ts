import * as z from 'zod';
import { softwareVersion } from './software-version.ts';

const value = z.string().min(1);
/** A whole number, written out. */
const whole = z.string().regex(/^[1-9]\d{0,8}$/);
const seconds = whole;

/** Every variable that a deployed function may have. A function's `environment.ts` picks the ones it needs. */
export const variables = {
  DIRECTORY_TABLE_NAME: value,
  INDEX_TABLE_NAME: value,
  RECORDS_TABLE_NAME: value,
  KEYS_TABLE_NAME: value,
  REQUESTS_TABLE_NAME: value,
  LEDGER_TABLE_NAME: value,
  SITES_TABLE_NAME: value,
  EPHEMERAL_TABLE_NAME: value,
  WRAP_ORDINARY_KEY_ID: value,
  WRAP_RETAINED_KEY_ID: value,
  WRAP_REQUEST_KEY_ID: value,
  INDEX_KEY_ID: value,
  CODE_KEY_ID: value,
  PROOF_KEY_ID: value,
  PLAN_KEY_ID: value,
  NOTICE_KEY_ID: value,
  CHOICE_KEY_ID: value,
  COUNT_FOUND_KEY_ID: value,
  COUNT_ERASED_KEY_ID: value,
  COUNT_SEEN_KEY_ID: value,
  SITE_AUTH_KEY_ID: value,
  EVIDENCE_KEY_ID: value,
  STAGING_BUCKET_NAME: value,
  BUNDLES_BUCKET_NAME: value,
  EFFECTS_QUEUE_URL: value,
  MAIL_QUEUE_URL: value,
  OPEN_PROFILE_FUNCTION_NAME: value,
  OPEN_REQUEST_FUNCTION_NAME: value,
  VERIFY_FUNCTION_NAME: value,
  RELEASE_FUNCTION_NAME: value,
  SIGN_FUNCTION_NAME: value,
  DESTROY_KEYS_FUNCTION_NAME: value,
  ERASE_ROWS_FUNCTION_NAME: value,
  EXPORT_MACHINE_ARN: value,
  ERASURE_MACHINE_ARN: value,
  /** How long an erasure can be withdrawn, in seconds; the second where the notice may reach a thief alone (A25). */
  COOLING_OFF_NORMAL: seconds,
  COOLING_OFF_EXTENDED: seconds,
  /** What a receipt says of copies that remain: as it is deployed. */
  LONGEST_FUNCTION_SECONDS: seconds,
  KEY_RECOVERY_DAYS: whole,
  TABLE_RECOVERY_DAYS: whole,
  QUEUE_RETENTION_DAYS: whole,
  LOG_RETENTION_DAYS: whole,
  SOFTWARE_VERSION: softwareVersion,
  /** Scheme, host and port under which clients call the API; signatures cover it. */
  PUBLIC_ORIGIN: z.url(),
  MAIL_FROM: z.email(),
  MAIL_CONFIGURATION_SET: value,
  /** `DE,AT`; absent where no text messages are sent. */
  SMS_COUNTRIES: z
    .string()
    .regex(/^[A-Z]{2}(,[A-Z]{2})*$/)
    .transform((countries) => new Set(countries.split(',')))
    .default(new Set<string>()),
  SMS_PER_DAY: z
    .string()
    .regex(/^[1-9]\d*$/)
    .transform(Number)
    .default(0),
  SMS_SENDER_ID: value.optional(),
  VENDOR_NAME: value,
  VENDOR_COUNTRY: z.string().length(2),
  VENDOR_TIME_ZONE: value,
} as const;
