import { readFileSync } from 'node:fs';
import { isSupportedCountry } from 'libphonenumber-js/mobile';
import * as z from 'zod';

/** Periods that CloudWatch Logs knows, in days. */
const logRetentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096] as const;

const origin = z
  .url()
  .refine((value) => URL.canParse(value) && new URL(value).origin === value, 'scheme, host and port only');
const publicOrigin = origin
  .refine((value) => value.startsWith('https://'), 'must be https')
  // Receipts name it.
  .refine(
    (value) =>
      !value.startsWith('https://') || /^https:\/\/[a-z0-9][a-z0-9.-]{0,251}[a-z0-9](:\d+)?$/.test(value),
    'must have a host name',
  );

const shared = {
  /** AWS account, 12 digits; where absent, that of the credentials. */
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  /** True: tables, buckets and keys outlive the stack and are protected against deletion. */
  keepData: z.boolean(),
  /** Point-in-time recovery of `keys`, in days: for so long a destroyed key could be brought back (design.md 4). */
  keyRecoveryDays: z.int().min(1).max(7),
  /** Point-in-time recovery of the tables of ciphertext, in days. */
  recoveryDays: z.int().min(1).max(35),
  vendor: z.strictObject({
    /** Stands in every receipt, whose form it must have (`shared/receipts/issuer.ts`). */
    name: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^\p{Cc}\p{Cf}]*$/u),
    /** ISO 3166-1 alpha-2, of the seat. */
    country: z.string().regex(/^[A-Z]{2}$/),
    timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone'),
  }),
  mail: z
    .strictObject({
      from: z.email(),
      /** The SES identity that sends: a domain. */
      identity: z.hostname(),
    })
    .refine(({ from, identity }) => from.endsWith(`@${identity}`), 'from must be an address of the identity'),
  /** Text messages, which carry the codes of second identifiers and notices; without it none is sent. */
  sms: z
    .strictObject({
      /** ISO 3166-1 alpha-2: to mobile numbers of these countries alone (A28). */
      countries: z
        .array(
          z.string().refine((code): boolean => isSupportedCountry(code), 'must be a country, such as DE'),
        )
        .min(1),
      /** Codes in a day (UTC), and as many notices: what fraud can cost at most. */
      perDay: z.int().positive(),
      /** Shown as sender, in countries that allow it. */
      senderId: z
        .string()
        .regex(/^(?=.*[A-Za-z])[A-Za-z0-9]{3,11}$/)
        .optional(),
    })
    .optional(),
  /** Calls a second, and in a burst, of the whole API. */
  throttle: z.strictObject({ rate: z.int().positive(), burst: z.int().positive() }),
  /** Keyed hashes of identifiers in five minutes from which on somebody is told: twice what a busy hour needs (A17). */
  indexMacsAlarm: z.int().positive(),
  logRetentionDays: z.literal(logRetentions),
  /** Whether SES has taken the account out of its sandbox; deploying is refused before. */
  sesProductionAccess: z.boolean(),
  /** SNS topic that alarms are sent to. */
  alarmTopicArn: z.string().startsWith('arn:').optional(),
};

/** No function of ours runs longer, in seconds: for so long one may still hold a key that was destroyed. */
export const longestFunctionSeconds = 900;

/**
 * How long an erasure can be withdrawn, in seconds: as a rule, and where only one channel leads to the person or its
 * identifiers were changed lately (A25).
 */
const coolingOff = (normal: number, extended: number) =>
  z.strictObject({ normal: z.int().min(normal), extended: z.int().min(extended) });

/** A vendor's name in a text message: so long, in the alphabet of GSM, that a code is one SMS. */
const fitsSms = ({ vendor, sms }: { vendor: { name: string }; sms?: object | undefined }): boolean =>
  sms === undefined || /^[A-Za-zÄÖÜäöüßÉéèàùìòÑñ0-9 .,&'()+/-]{1,40}$/.test(vendor.name);
const nameTooLong = { path: ['vendor', 'name'], error: 'must fit a text message: 40 plain letters at most' };

const deployed = z
  .strictObject({ ...shared, publicOrigin, coolingOff: coolingOff(86_400, 604_800) })
  .refine(fitsSms, nameTooLong);

/** `development` holds what exists on this machine only; every other stage refuses the key (A39). */
const local = z
  .strictObject({
    ...shared,
    coolingOff: coolingOff(1, 1),
    development: z.strictObject({
      publicOrigin: origin,
      /** Between the destruction of keys and the second look; elsewhere no function may be left that holds one. */
      scanAfterSeconds: z.int().min(1),
    }),
  })
  .refine(fitsSms, nameTooLong);

const stageNames = z.string().regex(/^[a-z][a-z0-9-]{1,15}$/);
const settingsFile = z.object({ local }).catchall(deployed);

type Settings = z.output<typeof deployed>;

/** Settings of one stage, checked and complete. */
export type Stage = Settings & { readonly name: string; readonly scanAfterSeconds: number };

/** Thrown when the settings file, or the stage asked for, is not as it must be; names fields, not values. */
export class SettingsInvalid extends Error {
  override readonly name = 'SettingsInvalid';
}

const file = new URL('stages.json', import.meta.url);

/**
 * Reads the settings of one stage from `infra/stages.json`. At `local` the variable DATA_RIGHTS_PUBLIC_ORIGIN says under
 * which loopback address the front door listens.
 * @throws SettingsInvalid
 */
export function readStage(name: string, environment: NodeJS.ProcessEnv = process.env): Stage {
  return parseStage(JSON.parse(readFileSync(file, 'utf8')), name, environment);
}

/** The same for settings that were read already. @throws SettingsInvalid */
export function parseStage(settings: unknown, name: string, environment: NodeJS.ProcessEnv): Stage {
  const parsed = settingsFile.safeParse(settings);
  if (!parsed.success) throw new SettingsInvalid(describe(parsed.error));
  const { local: onThisMachine, ...others } = parsed.data;
  const wrong = Object.keys(others).find((each) => !stageNames.safeParse(each).success);
  if (wrong !== undefined)
    throw new SettingsInvalid('stage names are 2 to 16 lower-case letters, digits, hyphens');
  if (name === 'local') {
    const { development, ...rest } = onThisMachine;
    const address = origin.safeParse(environment['DATA_RIGHTS_PUBLIC_ORIGIN'] ?? development.publicOrigin);
    if (!address.success) throw new SettingsInvalid('DATA_RIGHTS_PUBLIC_ORIGIN is not an origin');
    const { scanAfterSeconds } = development;
    return { ...rest, publicOrigin: address.data, name, scanAfterSeconds };
  }
  const stage = others[name];
  if (!stage)
    throw new SettingsInvalid(`no stage of that name; there are: local, ${Object.keys(others).join(', ')}`);
  return { ...stage, name, scanAfterSeconds: longestFunctionSeconds };
}

export const stackName = (stage: Pick<Stage, 'name'>): string => `DataRights-${stage.name}`;

const describe = (error: z.ZodError): string =>
  error.issues
    .map(
      (issue) =>
        `${issue.path.join('.')}: ${issue.code === 'unrecognized_keys' ? `unknown ${issue.keys.join(', ')}` : issue.message}`,
    )
    .join('; ');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
