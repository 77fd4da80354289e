import type { Language } from '#shared/data-map/language.ts';
import type { Exception } from '#shared/data-map/exception.ts';
import type { ErasureGround } from '#shared/data-map/erasure-grounds.ts';
import type { CopyKind, Ending, PlaceResult } from './receipt-content.ts';
import { german } from './receipt-texts-de.ts';
import { english } from './receipt-texts-en.ts';

type Keeper = NonNullable<PlaceResult['datasets'][number]['ground']>;
type WithheldReason = Extract<PlaceResult, { outcome: 'withheld' }>['reason'];

/** What a page begins with, and the heading over what became of each controller's data. */
type Opening = { readonly title: string; readonly lead: string; readonly heading: string };

export type ReceiptTexts = {
  /** Where at least one profile was erased, now or before. */
  readonly someErased: Opening;
  /** Where every profile was left as it was. */
  readonly nothingErased: Opening;
  readonly request: string;
  readonly receiptNumber: string;
  readonly requestNumber: string;
  readonly received: string;
  readonly concluded: string;
  readonly ground: string;
  readonly grounds: Readonly<Record<ErasureGround, string>>;
  readonly earlier: string;
  readonly erasedText: string;
  readonly outcomes: Readonly<Record<PlaceResult['outcome'], (time: string) => string>>;
  readonly assurances: Readonly<Record<PlaceResult['assurance'], string>>;
  /** Instead of the first assurance, of a place where nothing was erased: there is nothing that was proved. */
  readonly countedItself: string;
  readonly nothingFound: string;
  readonly data: string;
  readonly unmapped: string;
  readonly counts: readonly [found: string, erased: string, kept: string, left: string];
  readonly kept: string;
  readonly keptText: string;
  readonly keptNothing: string;
  readonly leftInUse: string;
  readonly count: string;
  readonly reason: string;
  readonly reviewed: string;
  readonly exceptions: Readonly<Record<Exception, string>>;
  readonly keepers: Readonly<Record<Keeper, string>>;
  readonly withheld: Readonly<Record<WithheldReason, string>>;
  readonly copies: string;
  readonly downloadsText: string;
  readonly copiesText: string;
  readonly copy: string;
  readonly until: string;
  readonly whileRetained: string;
  readonly endings: Readonly<Record<Ending, string>>;
  readonly copyKinds: Readonly<Record<CopyKind, readonly [title: string, about: string]>>;
  readonly verifying: string;
  readonly verifyingText: readonly string[];
  readonly issuer: string;
  readonly issuerKeys: string;
  readonly fingerprint: string;
  readonly contentHash: string;
  readonly complaining: string;
  readonly complainingText: readonly string[];
  readonly foot: string;
};

/** Who says what is listed of a place; of one of which nothing is told, there is nothing to vouch for (A35). */
export function assuranceOf(place: PlaceResult, texts: ReceiptTexts): string {
  if (place.outcome !== 'withheld' || place.assurance !== 'vendor-scanned')
    return texts.assurances[place.assurance];
  return place.reason === 'no-longer-opened' ? '' : texts.countedItself;
}

/** The words of a receipt's page, by language. */
export const receiptTexts = { en: english, de: german } as const satisfies Record<Language, ReceiptTexts>;
