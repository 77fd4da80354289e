import { randomBytes, randomUUID } from 'node:crypto';
import { send, type Answer, type Call } from './http.ts';
import { signCall, type SiteKey } from './site-signature.ts';

/** An enrolled site: every call is signed, afresh each time. */
export type Site = {
  readonly post: (path: string, body: object) => Promise<Answer>;
  readonly get: (path: string) => Promise<Answer>;
  /** A signed call that is not sent yet: whoever records one has these very bytes. It holds as long as one can. */
  readonly record: (path: string, body: object) => Call;
};

/** The longest that the service takes, in seconds. */
const longLife = 300;

export function openSite(apiUrl: string, key: SiteKey): Site {
  const signedPost = (path: string, content: object, lifetime?: number): Call => {
    const url = `${apiUrl}${path}`;
    const body = JSON.stringify(content);
    const call = { method: 'POST', url, body, idempotencyKey: randomUUID() } as const;
    const nonce = randomBytes(16).toString('base64url');
    const headers = signCall(key, call, Math.floor(Date.now() / 1000), nonce, lifetime);
    return { method: 'POST', url, headers, body };
  };
  return {
    post: (path, body) => send(signedPost(path, body)),
    get: (path) => {
      const url = `${apiUrl}${path}`;
      return send({ method: 'GET', url, headers: signCall(key, { method: 'GET', url }) });
    },
    record: (path, body) => signedPost(path, body, longLife),
  };
}
