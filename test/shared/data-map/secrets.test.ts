import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dataMap } from '#shared/data-map/data-map.ts';
import { protectSecrets } from '#shared/data-map/protect-secrets.ts';
import { withholdSecrets } from '#shared/data-map/withhold-secrets.ts';

const question = { question: 'Name of your first school?', answer: 'canary-answer-0' };

describe('protectSecrets', () => {
  it('P08: stores an answer as a salted scrypt hash, and the question as it is', async () => {
    const stored = await protectSecrets(dataMap['security-question'], question);
    expect(stored['question']).toBe(question.question);
    const [scheme, parameters, salt = '', hash] = String(stored['answer']).split('$');
    expect([scheme, parameters]).toEqual(['scrypt', 'N=16384,r=8,p=1']);
    const again = scryptSync(question.answer, Buffer.from(salt, 'base64url'), 32, { N: 16384, r: 8, p: 1 });
    expect(hash).toBe(again.toString('base64url'));
    expect(JSON.stringify(stored)).not.toContain('canary');
  });

  it('P08: takes a fresh salt each time', async () => {
    const [one, other] = await Promise.all([
      protectSecrets(dataMap.licence, { plan: 'a', key: 'canary' }),
      protectSecrets(dataMap.licence, { plan: 'a', key: 'canary' }),
    ]);
    expect(one['key']).not.toBe(other['key']);
  });

  it('P03: leaves a hash that the source made', async () => {
    const data = { passwordHash: '$2y$10$abcdefghijklmnopqrstuv' };
    expect(await protectSecrets(dataMap.credential, data)).toEqual(data);
  });

  it('hashes what only looks like a hash', async () => {
    const data = { plan: 'a', key: 'scrypt$N=16384,r=8,p=1$abc$def' };
    expect((await protectSecrets(dataMap.licence, data))['key']).not.toBe(data.key);
  });
});

describe('withholdSecrets', () => {
  it('P08 A36: says that an answer is set, and not what it is', () => {
    expect(withholdSecrets(dataMap['security-question'], question)).toEqual({
      question: question.question,
      answerSet: true,
    });
    expect(withholdSecrets(dataMap['security-question'], { question: 'Q' })).toEqual({ question: 'Q' });
  });

  it('A36: holds back fields that the map does not know', () => {
    expect(withholdSecrets(dataMap.licence, { plan: 'a', password: 'canary' })).toEqual({ plan: 'a' });
  });
});
