import { randomUUID } from 'node:crypto';
import { send, type Answer } from './http.ts';
import { signCall, type SiteKey } from './site-signature.ts';

/** An enrolled site: every call is signed, afresh each time. */
export type Site = {
  readonly post: (path: string, body: object) => Promise<Answer>;
  readonly get: (path: string) => Promise<Answer>;
  /** Sends the very same signed call twice, as someone would who recorded it. */
  readonly replay: (path: string, body: object) => Promise<readonly [first: Answer, second: Answer]>;
};

export function openSite(apiUrl: string, key: SiteKey): Site {
  const signedPost = (path: string, content: object) => {
    const url = `${apiUrl}${path}`;
    const body = JSON.stringify(content);
    const headers = signCall(key, { method: 'POST', url, body, idempotencyKey: randomUUID() });
    return { method: 'POST', url, headers, body } as const;
  };
  return {
    post: (path, body) => send(signedPost(path, body)),
    get: (path) => {
      const url = `${apiUrl}${path}`;
      return send({ method: 'GET', url, headers: signCall(key, { method: 'GET', url }) });
    },
    replay: async (path, body) => {
      const call = signedPost(path, body);
      return [await send(call), await send(call)];
    },
  };
}
