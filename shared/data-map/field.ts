import type { Localised } from './language.ts';

/**
 * The form of a field's value. Each is checked on the way in (`field-schema.ts`) and described in bundles.
 *
 * `term`: a short machine word. `contact`: an e-mail address or a phone number. `date`: a day, or a time on a day.
 * `amount`: money as decimal text, since binary fractions lose cents. `hash`: a salted hash made by the source.
 */
export type FieldKind =
  | 'text'
  | 'long-text'
  | 'term'
  | 'terms'
  | 'choice'
  | 'email'
  | 'phone'
  | 'contact'
  | 'web-address'
  | 'language-tag'
  | 'ip'
  | 'date-time'
  | 'date'
  | 'whole-number'
  | 'yes-no'
  | 'amount'
  | 'currency'
  | 'digest'
  | 'hash';

export type Field = {
  readonly title: Localised;
  readonly kind: FieldKind;
  /** Only with kind `choice`. */
  readonly choices?: readonly [string, ...string[]];
  /** Characters, where the kind's own limit does not fit. */
  readonly maxLength?: number;
  readonly required?: true;
  readonly identifier?: 'email' | 'phone' | 'username' | 'email-or-phone';
  /** Stored only as a salted hash, and never given out: exports say that it is set. */
  readonly secret?: true;
  /** The source sends a salted hash already; it is stored as it comes. */
  readonly hashedBySource?: true;
  /** Seen by the software rather than typed by the person; counts as provided (Art. 20, WP 242). */
  readonly observed?: true;
  /** Lets someone sign in: erasing, changing or restricting it needs a proof of level 2 (A1). */
  readonly authenticator?: true;
  /** `false` where the controller made the value, so that Art. 20 does not reach it. */
  readonly provided?: false;
  /** Free text that may speak of other people: reviewed before release where the stage says so (A23). */
  readonly mayContainOthers?: true;
};
