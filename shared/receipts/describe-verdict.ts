import { citeArticle } from '#shared/data-map/cite-article.ts';
import {
  isLeftInUse,
  isNothingErased,
  type DatasetResult,
  type PlaceResult,
  type ReceiptContent,
} from './receipt-content.ts';
import { describeClaimed } from '#shared/signing/describe-claimed.ts';
import { assuranceOf, receiptTexts } from './receipt-texts.ts';
import type { ReceiptProblem, ReceiptVerdict } from './verify-receipt.ts';

const words: Record<ReceiptProblem['problem'], string> = {
  'signature-malformed': 'not a signed receipt',
  'signature-wrong-typ': 'a signature of something else than a receipt',
  'signature-unknown-key': 'made by a key that is not in the key set',
  'signature-key-not-for-typ': 'made by a key that may not sign receipts',
  'signature-key-not-valid-at-iat': 'made outside the time of its key',
  'signature-wrong-signature': 'does not fit the receipt: one of the two was changed',
  encoding: 'spelled otherwise than it was signed',
  'not-json': 'not JSON',
  'not-canonical': 'not canonical JSON (RFC 8785), as receipts are',
  missing: 'missing',
  'unknown-field': 'a field that no receipt has',
  malformed: 'not of the form that a receipt has',
  'checksum-differs': 'changed: it and its checksum differ',
  'taken-out': 'missing: it was signed, and was taken out',
  'fewer-fields': 'has fewer fields than were signed: something was taken out',
  'signed-before-its-end': 'signed before the work was concluded',
  'salt-malformed': 'not a salt of a receipt',
  'another-subject': 'not of this identifier with this salt',
  'sum-differs': 'found is not erased + retained + residual',
  'residual-not-stated': 'something is left, and no reason is stated',
  'erased-without-key-destruction': 'erased, though no key was destroyed',
  'kept-without-ground': 'something was kept without ground, exception and review date',
  'ground-without-kept': 'a ground is given though nothing was kept',
  'withheld-as-kept': 'said to be kept, though all of the profile was left in use',
  'not-scanned': 'the issuer did not look at its own place itself',
  'listed-twice': 'listed twice',
  'times-out-of-order': 'out of order with the other times',
  'horizon-not-stated': 'a kind of copy that must remain is not listed',
};

/**
 * A verdict in lines for a terminal: what fails, or what the receipt states. What is not verified is not shown, since
 * nothing of it may be believed.
 */
export function describeVerdict(verdict: ReceiptVerdict, isSubjectChecked: boolean): string[] {
  const { problems, content } = verdict;
  if (problems.length > 0 || !content)
    return [
      ...problems.flatMap(({ field, problem, about }) => [
        row('FAILED', `${printable(field)}${about === undefined ? '' : ` (${about})`}: ${words[problem]}`),
        ...(problem === 'signature-unknown-key' ? hints(verdict) : []),
      ]),
      `not verified: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
    ];
  return [
    ...describe(content, verdict),
    row(
      'subject',
      isSubjectChecked ? 'the given identifier' : 'not checked: it takes --salt and --identifier',
    ),
    'verified: unchanged, signed by a key of the given set, sums and dates agree',
  ];
}

const hints = ({ claimed }: ReceiptVerdict): string[] =>
  claimed ? describeClaimed(claimed).map((line) => row('', line)) : [];

/** What comes from the file may not command the terminal. */
const printable = (text: string): string =>
  text
    .replaceAll(
      /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
      (one) => `\\u{${one.codePointAt(0)?.toString(16) ?? ''}}`,
    )
    .slice(0, 300);
const row = (name: string, value: string): string => `${name.padEnd(13)}${value}`.trimEnd();

function describe(content: ReceiptContent, { contentHash, fingerprint, signedAt }: ReceiptVerdict): string[] {
  const { receiptId, issuer, requestId, ground, receivedAt, concludedAt, refersTo, ledger } = content;
  return [
    row('receipt', `${receiptId}, hash ${contentHash ?? ''}`),
    row('signed by', `${fingerprint ?? ''} (SHA-256 thumbprint of the key), ${timeOf(signedAt)}`),
    row('issuer', `${printable(issuer.name)}; by its own word, as is the next line`),
    row('', `publishes its keys at ${issuer.keys}; whose address that is, find out elsewhere`),
    row('request', `${requestId}: erasure, ${citeArticle(ground, 'en')}`),
    row('', `received ${receivedAt}, concluded ${concludedAt}`),
    ...(refersTo === undefined ? [] : [row('supplements', refersTo)]),
    ...(isNothingErased(content) ? [row('result', 'nothing was erased')] : []),
    ...content.controllers.flatMap(({ controllerId, name, places }) => [
      row('controller', `${printable(name)} (${controllerId})`),
      ...places.flatMap(describePlace),
    ]),
    row(
      'copies',
      content.remainingCopies.length === 0 ? 'none' : 'how long each can exist, and what ends it then',
    ),
    ...content.remainingCopies.map(({ what, until, endedBy, ground: why }) =>
      row(
        '',
        `${what.padEnd(17)} ${until.padEnd(25)}${`by ${endedBy}`.padEnd(11)}${why === undefined ? '' : citeArticle(why, 'en')}`,
      ),
    ),
    row('ledger', `event ${ledger.seq}, ${ledger.hash}`),
    row('made by', `software ${content.softwareVersion}, data map ${content.dataMapVersion}`),
  ];
}

const timeOf = (seconds = 0): string => new Date(seconds * 1_000).toISOString();

function describePlace(place: PlaceResult): string[] {
  const end =
    place.outcome === 'withheld'
      ? `${place.reason}${isLeftInUse(place) ? ': left as it was, remains in use' : ''}`
      : `keys destroyed ${place.keysDestroyedAt}`;
  return [
    row('  place', `${place.place}: ${place.outcome}, ${end}`),
    row('', [place.assurance, assuranceOf(place, receiptTexts.en)].filter((part) => part !== '').join(': ')),
    ...place.datasets.map(describeDataset),
  ];
}

function describeDataset(result: DatasetResult): string {
  const { dataset, found, erased, retained, residual, exception, ground, reviewAt } = result;
  const kept =
    exception === undefined
      ? ''
      : `; kept by ${ground ?? ''}, ${citeArticle(exception, 'en')}, review ${reviewAt ?? ''}`;
  return row(
    `    ${dataset}`.padEnd(27),
    `found ${found} = erased ${erased} + retained ${retained} + residual ${residual}${kept}`,
  );
}
