import type { SiteUser } from './site-user.ts';

/** A user as the calls of a site name them. */
export type UserStatement = {
  readonly id: string;
  readonly registeredAt: string;
  readonly email: Identifier;
  readonly phone?: Identifier;
  readonly username?: string;
};
type Identifier = { readonly value: string; readonly verified: boolean };

export type ConsentStatement = {
  readonly user: UserStatement | { readonly id: string };
  readonly decision: 'given' | 'refused';
  readonly purposes: readonly string[];
  readonly noticeVersion: string;
  readonly method: string;
  readonly language: string;
  readonly at: string;
};

export type RecordStatement = {
  readonly dataset: string;
  readonly externalId: string;
  readonly collectedAt: string;
  readonly basis?: 'consent';
  readonly data: Readonly<Record<string, string | number>>;
};

/** The body of `POST /v1/records`. */
export type RecordsOfUser = { readonly user: UserStatement; readonly records: readonly RecordStatement[] };

const noticeVersion = '2026-01';

/** Whether the site knows that the address is the person's own: it asked them to confirm it. */
export function userOf({ user, meta }: SiteUser, emailVerified: boolean): UserStatement {
  const phone = meta.billing_phone;
  return {
    id: String(user.id),
    registeredAt: user.registered,
    email: { value: user.email, verified: emailVerified },
    ...(phone === '' ? {} : { phone: { value: phone, verified: true } }),
    username: user.login,
  };
}

/** The acceptance of the terms, and a consent of its own for each purpose that rests on consent. */
export const consentOf = (person: SiteUser, emailVerified: boolean): ConsentStatement => ({
  user: userOf(person, emailVerified),
  decision: 'given',
  purposes: ['terms-accepted', 'login', 'risk-based-login'],
  ...circumstances(person),
});

/** Whoever refuses is named by id alone: not even an address leaves the site. */
export const refusalOf = (person: SiteUser): ConsentStatement => ({
  user: { id: String(person.user.id) },
  decision: 'refused',
  purposes: ['terms-accepted'],
  ...circumstances(person),
});

/** `sv_SE` as WordPress has it, `sv-SE` as the rest of the world (RFC 5646). */
export const languageTagOf = (locale: string): string => locale.replace('_', '-');

const circumstances = ({ user }: SiteUser) => ({
  noticeVersion,
  method: 'registration-form',
  language: languageTagOf(user.locale),
  at: user.registered,
});

/** Everything that the plugin keeps with the vendor about a person, by dataset of the data map. */
export function recordsOf(person: SiteUser): RecordStatement[] {
  const { user, meta, sessions } = person;
  const { registered } = user;
  const account = filled({
    email: user.email,
    username: user.login,
    phone: meta.billing_phone,
    firstName: user.firstName,
    lastName: user.lastName,
    company: meta.billing_company,
    locale: user.locale,
    registeredAt: registered,
  });
  return [
    { dataset: 'account', externalId: 'account', collectedAt: registered, data: account },
    ...meta.mo2f_kba_challenge.map((challenge, index): RecordStatement => ({
      dataset: 'security-question',
      externalId: `question-${index + 1}`,
      collectedAt: registered,
      basis: 'consent',
      data: filled(challenge),
    })),
    ...sessions.map(({ login, ip, ua }, index): RecordStatement => ({
      dataset: 'device',
      externalId: `session-${index + 1}`,
      collectedAt: login,
      basis: 'consent',
      data: filled({ ip, userAgent: ua, seenAt: login }),
    })),
    ...passcodesOf(person),
    supportCaseOf(person),
  ];
}

/** A passcode went out at each login of those who have it sent to their phone. */
function passcodesOf({ meta, sessions }: SiteUser): RecordStatement[] {
  const to = meta.billing_phone;
  if (to === '' || !meta.mo2f_configured_methods.includes('otp_over_sms')) return [];
  return sessions.map(({ login }, index) => ({
    dataset: 'otp-message',
    externalId: `passcode-${index + 1}`,
    collectedAt: login,
    data: { channel: 'sms', to, sentAt: login },
  }));
}

function supportCaseOf({ user }: SiteUser): RecordStatement {
  const openedAt = '2026-11-02T09:30:00Z';
  const data = {
    category: 'sign-in',
    subject: 'New phone',
    message: `I have a new phone. How does “${user.login}” receive the passcode on it?`,
    openedAt,
    answeredAt: '2026-11-02T11:05:00Z',
  };
  return { dataset: 'support-case', externalId: 'case-1', collectedAt: openedAt, data };
}

/** What the site holds as an empty string it does not hold. */
const filled = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
