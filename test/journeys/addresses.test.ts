import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, postJson, type TestSite } from '#test/support/site.ts';
import {
  fileRequest,
  giveConsent,
  makePerson,
  readOutbox,
  readOwn,
  stayWithinTheHour,
  submitAndProve,
} from '#test/support/person.ts';

let site: TestSite;
beforeAll(async () => {
  await stayWithinTheHour();
  site = await enrolSite();
});

describe('A28: at intake', () => {
  const { email } = makePerson('known');
  const at = email.indexOf('@');
  const [local, domain] = [email.slice(0, at), email.slice(at + 1)];

  it.each([
    ['quotes', `"${local}"@${domain}`],
    ['a comment', `${local}(comment)@${domain}`],
    ['an address in brackets', `Ada <${email}>`],
    ['an IP literal', `${local}@[192.0.2.1]`],
    ['an IP address', `${local}@192.0.2.1`],
    ['two addresses', `${email},attacker@evil.example`],
    ['two addresses with a semicolon', `${email};attacker@evil.example`],
    ['two at signs', `${email}@evil.example`],
    ['a header', `${email}\r\nBcc: attacker@evil.example`],
    ['a line break in it', `${local}\n@${domain}`],
    ['NUL', `${local}\0@${domain}`],
    ['a percent route', `${local}@${domain}%evil.example`],
    ['no domain', `${local}@localhost`],
    ['a path', `${local}@${domain}/../x`],
    ['65 octets before the at sign', `${'a'.repeat(65)}@${domain}`],
    ['nothing', ''],
  ])('%s is refused, and not repeated', async (_, value) => {
    const answer = await fileRequest(value);

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'identifier.value' }] } });
    expect(JSON.stringify(answer.body)).not.toContain('example');
  });

  it('a look-alike is another address: its code goes to it, and it opens nothing', async () => {
    const other = makePerson('original').email;
    const [name = '', host = ''] = other.split('@');
    const subAddress = `${name}+x@${host}`;
    const foreign = [`${name.replace('o', '\u043e')}@${host}`, `${name}@${host.replace('e', '\u0435')}`];
    await giveConsent(site, { ...makePerson(), email: other });

    const filed = await Promise.all(foreign.map((email) => fileRequest(email)));
    const bySubAddress = await readOwn(await submitAndProve(subAddress));
    const byItself = await readOwn(await submitAndProve(other));

    expect(filed.map(({ status }) => status)).toEqual([202, 202]);
    expect(bySubAddress.controllers).toEqual([]);
    expect(byItself.controllers).toHaveLength(1);
    expect(await readOutbox(other)).toHaveLength(1);
  });

  it('a phone number, toll or not, gets no message', async () => {
    const identifier = { kind: 'phone', value: '+882123456789' };

    const answer = await postJson('/v1/subject/requests', { right: 'access', identifier });

    expect(answer).toMatchObject({ status: 422, body: { type: 'urn:data-rights:problem:not-available' } });
  });
});
