import type { Basis } from './basis.ts';
import type { Category } from './category.ts';
import type { Field } from './field.ts';
import type { Localised } from './language.ts';
import type { Purpose } from './purpose.ts';
import type { RecipientName } from './recipient.ts';
import type { Retention } from './retention.ts';

/** Which of a profile's two data keys seals the record: what is erasable, or what has a legal term of its own. */
export type Scope = 'ordinary' | 'retained';

/** One kind of data, as the map declares it. Every rule about data is a row here, and none is in code. */
export type DatasetDeclaration = {
  readonly title: Localised;
  readonly heldBy: readonly ('site' | 'vendor')[];
  /** In the order in which bundles show them. */
  readonly fields: Readonly<Record<string, Field>>;
  readonly categories: readonly Category[];
  readonly purposes: readonly Exclude<Purpose, 'terms-accepted'>[];
  /** Where the collector names none. A record's own basis is kept on the record. */
  readonly basis: Basis;
  /** Those that a collector may name (Art. 6(1)); a record on any other is not taken. */
  readonly bases: readonly Basis[];
  /** The rule behind a basis `legal-obligation`. */
  readonly basisReference?: Localised;
  /** Art. 15(1)(g) */
  readonly source: Localised;
  readonly recipients: readonly RecipientName[];
  readonly retention: Retention;
  readonly scope: Scope;
  readonly erasure:
    | { readonly effect: 'delete' }
    | { readonly effect: 'retain'; readonly exception: '17(3)(b)' | '17(3)(e)'; readonly ground: Localised };
  /** Level of proof that an erasure needs; `none` where nothing is erased on request. Authenticator fields: always 2. */
  readonly levelToErase: 0 | 1 | 2 | 'none';
  /** P07, P13: offers are made only on a consent of their own, and never from data of the production service. */
  readonly marketingUse: 'never' | 'only-with-marketing-consent';
};
