import { randomInt } from 'node:crypto';
import {
  decide,
  readOutbox,
  userOf,
  waitFor,
  withToken,
  type Mail,
  type Proven,
  type TestPerson,
} from './person.ts';
import { postJson, type Answered, type TestSite } from './site.ts';

/** A mobile number of one test, in a country that stage `local` sends to. */
export const makePhone = (): string => `+49151${String(randomInt(10 ** 8)).padStart(8, '0')}`;

/** A consent to the terms by a user with a phone. */
export const consentWithPhone = (
  site: TestSite,
  person: TestPerson,
  phone: string,
  verified = true,
): Promise<Answered> =>
  decide(site, { ...userOf(person), phone: { value: phone, verified } }, 'given', ['terms-accepted']);

export const nameIdentifier = (
  { requestId, token }: Pick<Proven, 'requestId' | 'token'>,
  value: string,
  kind = 'phone',
): Promise<Answered> =>
  postJson(`/v1/subject/requests/${requestId}/identifiers`, { kind, value }, withToken(token));

/** The code of a text message: eight digits, where a mail has ten letters. */
export const digitsIn = (text: string): string => /^\d{8}\b/.exec(text)?.[0] ?? '';

/** The text messages to a number, oldest first, once at least `count` are there. */
export const waitForTexts = (phone: string, count = 1): Promise<Mail[]> =>
  waitFor(`${count} text messages`, async () => {
    const texts = await readOutbox(phone);
    return texts.length >= count ? texts : undefined;
  });
export const waitForDigits = async (phone: string, count = 1): Promise<string> =>
  digitsIn((await waitForTexts(phone, count)).at(-1)?.text ?? '');
