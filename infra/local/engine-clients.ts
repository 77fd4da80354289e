import { readFileSync } from 'node:fs';
import https from 'node:https';
import { localStage } from './local-stage.ts';

const connectionMs = 2_000;
const answerMs = 30_000;

/** Where the engine is and which certificate is its own. */
export type EngineAddress = { readonly url: string; readonly caFile: string };

/** Trusts the engine's certificate and no other. */
export function engineAgent(caFile: string): https.Agent {
  return new https.Agent({ ca: readFileSync(caFile), keepAlive: true });
}

/** Settings for an AWS client of this process that acts as root on the engine. */
export function clientSettings(engine: EngineAddress) {
  return {
    endpoint: engine.url,
    region: localStage.region,
    credentials: localStage.rootKey,
    requestHandler: {
      httpsAgent: engineAgent(engine.caFile),
      connectionTimeout: connectionMs,
      requestTimeout: answerMs,
      throwOnRequestTimeout: true,
    },
  };
}

/** Variables for a child process that calls the engine as root, and may trust nothing else. */
export function clientEnvironment(engine: EngineAddress) {
  return {
    AWS_ENDPOINT_URL: engine.url,
    AWS_REGION: localStage.region,
    AWS_ACCESS_KEY_ID: localStage.rootKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localStage.rootKey.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CA_BUNDLE: engine.caFile,
    NODE_EXTRA_CA_CERTS: engine.caFile,
  };
}

/** GET of one of the engine's own pages, as JSON. */
export async function getFromEngine(engine: EngineAddress, page: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const agent = new https.Agent({ ca: readFileSync(engine.caFile) });
    const request = https.get(`${engine.url}${page}`, { agent, timeout: answerMs }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.once('error', reject).once('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(body));
        else reject(new Error(`the engine answered ${response.statusCode ?? 0}`));
      });
    });
    request
      .once('error', reject)
      .once('timeout', () => request.destroy(new Error('the engine does not answer')));
  });
}
