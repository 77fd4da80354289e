/** `npm run openapi`: writes the OpenAPI document from the contracts. `http/public` serves the file as it is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { contracts } from '#functions/http/contracts.ts';
import { describeApi } from './openapi-document.ts';

const root = new URL('../../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
const document = describeApi(Object.values(contracts).flat(), version);

const target = 'functions/http/public/openapi.json';
writeFileSync(
  new URL(target, root),
  await format(JSON.stringify(document), { parser: 'json', printWidth: 110 }),
);
console.error(`${target} is written`);
