import { longestFunctionSeconds, type Stage } from '#infra/config.ts';
import { queueRetentionDays } from '#infra/constructs/queues.ts';
import type { Resources } from './arns.ts';

export type Places = Omit<Resources, 'functions' | 'machines'>;

/** The variables that name tables, keys, buckets, queues and settings, as the functions' schemas call them. */
export const placeVariables = (
  { tables, keys, buckets, queues, mail }: Places,
  stage: Pick<
    Stage,
    | 'publicOrigin'
    | 'mail'
    | 'vendor'
    | 'sms'
    | 'coolingOff'
    | 'keyRecoveryDays'
    | 'recoveryDays'
    | 'logRetentionDays'
  >,
  softwareVersion: string,
) => ({
  DIRECTORY_TABLE_NAME: tables.directory.tableName,
  INDEX_TABLE_NAME: tables.index.tableName,
  RECORDS_TABLE_NAME: tables.records.tableName,
  KEYS_TABLE_NAME: tables.keys.tableName,
  REQUESTS_TABLE_NAME: tables.requests.tableName,
  LEDGER_TABLE_NAME: tables.ledger.tableName,
  SITES_TABLE_NAME: tables.sites.tableName,
  EPHEMERAL_TABLE_NAME: tables.ephemeral.tableName,
  WRAP_ORDINARY_KEY_ID: keys['wrap-ordinary'].keyId,
  WRAP_RETAINED_KEY_ID: keys['wrap-retained'].keyId,
  WRAP_REQUEST_KEY_ID: keys['wrap-request'].keyId,
  INDEX_KEY_ID: keys.index.keyId,
  CODE_KEY_ID: keys.code.keyId,
  PROOF_KEY_ID: keys.proof.keyId,
  PLAN_KEY_ID: keys.plan.keyId,
  NOTICE_KEY_ID: keys.notice.keyId,
  CHOICE_KEY_ID: keys.choice.keyId,
  COUNT_FOUND_KEY_ID: keys['count-found'].keyId,
  COUNT_ERASED_KEY_ID: keys['count-erased'].keyId,
  COUNT_SEEN_KEY_ID: keys['count-seen'].keyId,
  SITE_AUTH_KEY_ID: keys['site-auth'].keyId,
  EVIDENCE_KEY_ID: keys.evidence.keyId,
  STAGING_BUCKET_NAME: buckets.staging.bucketName,
  BUNDLES_BUCKET_NAME: buckets.bundles.bucketName,
  EFFECTS_QUEUE_URL: queues.effects.queueUrl,
  MAIL_QUEUE_URL: queues.mail.queueUrl,
  PUBLIC_ORIGIN: stage.publicOrigin,
  MAIL_FROM: stage.mail.from,
  MAIL_CONFIGURATION_SET: mail.configurationSetName,
  COOLING_OFF_NORMAL: String(stage.coolingOff.normal),
  COOLING_OFF_EXTENDED: String(stage.coolingOff.extended),
  LONGEST_FUNCTION_SECONDS: String(longestFunctionSeconds),
  KEY_RECOVERY_DAYS: String(stage.keyRecoveryDays),
  TABLE_RECOVERY_DAYS: String(stage.recoveryDays),
  QUEUE_RETENTION_DAYS: String(queueRetentionDays),
  LOG_RETENTION_DAYS: String(stage.logRetentionDays),
  SOFTWARE_VERSION: softwareVersion,
  ...smsVariables(stage.sms),
  VENDOR_NAME: stage.vendor.name,
  VENDOR_COUNTRY: stage.vendor.country,
  VENDOR_TIME_ZONE: stage.vendor.timeZone,
});

/** Absent where the stage sends no text messages. */
const smsVariables = (
  sms: Stage['sms'],
): {
  SMS_COUNTRIES?: string;
  SMS_PER_DAY?: string;
  SMS_SENDER_ID?: string;
} =>
  sms === undefined
    ? {}
    : {
        SMS_COUNTRIES: sms.countries.join(','),
        SMS_PER_DAY: String(sms.perDay),
        ...(sms.senderId === undefined ? {} : { SMS_SENDER_ID: sms.senderId }),
      };
