import { describe, expect, it } from 'vitest';
import { issuer, issuerOf } from '#shared/receipts/issuer.ts';
import { keys } from '#functions/http/public/contract.ts';

describe('the issuer of a receipt', () => {
  it.each(['https://rights.example.com', 'https://rights.example.com:8443', 'http://127.0.0.1:8787'])(
    'publishes its keys where the API answers with them: %s',
    (origin) => {
      const stated = issuerOf('Example Plugins GmbH', origin);

      expect(stated).toEqual({ name: 'Example Plugins GmbH', keys: `${origin}${keys.path}` });
      expect(issuer.parse(stated)).toEqual(stated);
    },
  );

  it.each([
    'http://rights.example.com/v1/keys',
    'https://rights.example.com/v1/keys?of=zofia',
    'https://rights.example.com/v1/keys#zofia',
    'https://rights.example.com/v1/keys/',
    'https://zofia@rights.example.com/v1/keys',
    'https://rights.example.com/zofia',
    'https://127.0.0.1.example.com/v1/keys\n',
    'ftp://rights.example.com/v1/keys',
    'https:///v1/keys',
  ])('A18: has no other address than that of keys: %j', (address) => {
    expect(issuer.safeParse({ name: 'Vendor', keys: address }).success).toBe(false);
  });

  it.each(['', 'V'.repeat(201), 'Vendor\u001b[2J', 'Vendor\u202e'])('is not called %j', (name) => {
    expect(issuer.safeParse({ ...issuerOf('Vendor', 'https://rights.example.com'), name }).success).toBe(
      false,
    );
  });
});
