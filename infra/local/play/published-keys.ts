import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bodyOf, send } from './http.ts';
import { keySet, type PublicKey } from './jws.ts';
import type { Stage } from './stage.ts';

const call = 'GET /v1/keys';

/** The keys that the service signs with, as it publishes them. */
export async function fetchKeys({ apiUrl }: Pick<Stage, 'apiUrl'>): Promise<readonly PublicKey[]> {
  return bodyOf(call, await send({ method: 'GET', url: `${apiUrl}/v1/keys` }), 200, keySet).keys;
}

/** Leaves them in a file, as an auditor would save them. @returns its path */
export async function saveKeys({ apiUrl, bundleFolder }: Stage): Promise<string> {
  const answer = await send({ method: 'GET', url: `${apiUrl}/v1/keys` });
  bodyOf(call, answer, 200, keySet);
  const file = path.join(bundleFolder, 'keys.json');
  mkdirSync(bundleFolder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(answer.body, undefined, 2)}\n`);
  return file;
}
