/** The words of a receipt's page in English; `receipt-texts.ts` has their form. */
export const english = {
  someErased: {
    title: 'Receipt for the erasure of your data',
    lead: 'What was erased, what was kept and why, and until when any copy can still exist (Article 17 GDPR).',
    heading: 'What was erased',
  },
  nothingErased: {
    title: 'Your erasure request: nothing was erased',
    lead: 'What was left as it was, why, and what you can do (Article 17 GDPR).',
    heading: 'What was left as it was',
  },
  request: 'Your request',
  receiptNumber: 'Receipt',
  requestNumber: 'Request',
  received: 'Received',
  concluded: 'Concluded',
  ground: 'Reason',
  grounds: {
    '17(1)(a)': 'the data is no longer needed',
    '17(1)(b)': 'you withdrew your consent',
    '17(1)(c)': 'you objected to the processing',
    '17(1)(d)': 'the data was processed unlawfully',
    '17(1)(e)': 'a law demands the erasure',
    '17(1)(f)': 'the data was collected from a child for an online service',
  },
  earlier: 'Supplements the receipt',
  erasedText:
    'Each controller decides over its own data, so each is listed on its own. The numbers count records: found = erased + kept + left.',
  outcomes: {
    erased: (time: string) =>
      `Everything was stored encrypted. The keys of what was erased were destroyed on ${time}; then the records were deleted, and another program looked again for what was left.`,
    'already-erased': (time: string) =>
      `Erased before, under another request: the keys were destroyed on ${time}. What is listed was kept then.`,
    withheld: () => 'Nothing was erased here. The reason is given below.',
  },
  assurances: {
    'vendor-scanned': 'Proved: the issuer of this receipt looked itself.',
    'site-reported': 'Reported by the website; the issuer of this receipt could not look itself.',
    'controller-asserted': 'Asserted by the controller; the issuer of this receipt could not look itself.',
    unreachable: 'Could not be reached.',
  },
  countedItself: 'Counted by the issuer of this receipt itself.',
  nothingFound: 'No records were found.',
  data: 'Data',
  unmapped: 'Other data',
  counts: ['Found', 'Erased', 'Kept', 'Left'],
  kept: 'What was not erased, and why',
  keptText:
    'What is kept is locked: it is used for the reason given and for nothing else. It does not end by itself: on the day given at the latest a person has to look at it, and erase it or say why it stays.',
  keptNothing: 'Nothing was kept.',
  leftInUse: 'This data was left as it was and remains in use as before; none of it is locked.',
  count: 'Records',
  reason: 'Reason',
  reviewed: 'To be reviewed by',
  exceptions: {
    '17(3)(a)': 'freedom of expression and information',
    '17(3)(b)': 'a law demands that it is kept',
    '17(3)(c)': 'public health',
    '17(3)(d)': 'archives, research or statistics in the public interest',
    '17(3)(e)': 'legal claims: to establish, exercise or defend them',
  },
  keepers: { 'data-map': 'by a rule for all data of this kind', hold: 'by an order for this case' },
  withheld: {
    'needs-level-2':
      'Some of this data lets you sign in. To keep a stolen mailbox from taking your second factor away, all of it is erased only after a second proof, such as a code to your phone. Ask again and confirm the number of your account, or ask while signed in at the website with your second factor.',
    'identifier-linked-recently':
      'The address was added to this account less than two weeks before, so it does not reach what was stored there until then. Ask again when the two weeks are over.',
    'no-longer-opened':
      'When the work began the address did not lead to this account alone any more: it was replaced or called unconfirmed there, another account took it, or the data was erased under another request. What is there is not told under this address. If you have an account there, sign in at the website and ask there.',
    'given-back':
      'Another request was erasing this data when yours was made, and then left it as it was. Its erasure was not announced under your request, and what was not announced is not erased. Ask again.',
  },
  copies: 'Copies that remain for a while',
  downloadsText:
    'Of the data that was erased, downloads that had been prepared for you on our side, and work files, were deleted at once.',
  copiesText:
    'The dates are the last on which each can exist. Under each stands what ends it. Where that is a person, no program does it yet: the issuer has to see to it by that date. A keyed hash is a number made from your address with a secret key: nobody without that key can find the address by it.',
  copy: 'What',
  until: 'Until, at the latest',
  whileRetained: 'as long as the data above is kept',
  endings: {
    service: 'ends by itself',
    run: 'deleted by a program of the issuer',
    person: 'to be deleted by a person',
  },
  copyKinds: {
    keys: [
      'Destroyed keys, in a backup',
      'Until then a key could be brought back. After that nobody can read your erased data any more.',
    ],
    ciphertext: ['Encrypted records, in backups', 'They cannot be read without the keys.'],
    'retained-records': ['The data that was kept', 'As listed above.'],
    'index-entries': ['Keyed hash of your address', 'So that what was kept is found when you ask for it.'],
    tombstone: [
      'Keyed hash of your account number',
      'So that old data about you is refused when it arrives again. Backups of it are included.',
    ],
    contact: ['Your address, encrypted, with this request', 'To answer you.'],
    'request-record': [
      'This request and this receipt',
      'Without your data, with keyed hashes of the addresses, numbers and names that your data was found by; to show what was done.',
    ],
    ledger: ['The steps of this request', 'Numbers and times, without your data; to show what was done.'],
    counters: ['Counters', 'Keyed hash of your address, against misuse of codes.'],
    mail: ['Mails on their way to you', 'Until they are delivered or given up.'],
    queues: ['Work queues', 'Numbers of requests only.'],
    logs: ['Technical logs', 'Numbers of requests only.'],
  },
  verifying: 'How to check this receipt',
  verifyingText: [
    'This page is for reading. The receipt itself is the signed file that you downloaded. Anybody can check it without a connection to us and without an account, with the program of the project: npm run verify-receipt -- RECEIPT --keys KEYS. KEYS are the public keys that the issuer publishes at the address below. That the receipt names issuer and address proves nothing: a forger would write them as well. Make sure that the address is the issuer’s, for instance by the website that you know, and compare the fingerprint of the key with the published one.',
    'The receipt does not name you. With the salt that you were given together with it, you, and nobody else, can show that it is about you: add --salt SALT --identifier ADDRESS. Keep the salt: it is given to nobody else.',
    'The receipt proves what the issuer states, and that nobody changed it since. It does not prove that there is no copy that it does not mention.',
  ],
  issuer: 'Issuer, by its own word',
  issuerKeys: 'Its public keys',
  fingerprint: 'Fingerprint of the key',
  contentHash: 'Hash of the receipt',
  complaining: 'Questions and complaints',
  complainingText: [
    'Questions about the data go to its controller, named above. A receipt holds no addresses, so that of the controller is not here: it stands in the privacy policy of its website, and, if you asked for a copy of your data, in the file information.html of that copy. Questions about this receipt go to its issuer: reply to the mail by which you were told of the end of the request.',
    'If you do not agree, you may complain to a data protection authority, in particular in the country where you live, where you work, or where you see the infringement (Art. 77 GDPR), free of charge, and you may go to court (Art. 79 GDPR).',
  ],
  foot: 'This page works without internet connection and contains no script. It does not name you.',
} as const;
