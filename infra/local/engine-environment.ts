import path from 'node:path';
import { localStage } from './local-stage.ts';

export type EnginePlaces = {
  directory: string;
  temporary: string;
  home: string;
  certificate: string;
  key: string;
};

/** Where the engine keeps what: everything below one folder, which is deleted with it. */
export function enginePlaces(directory: string): EnginePlaces {
  const place = (name: string): string => path.join(directory, name);
  return {
    directory,
    temporary: place('tmp'),
    home: place('home'),
    certificate: place('certificate.pem'),
    key: place('key.pem'),
  };
}

/**
 * The whole environment of the engine. Its Lambda workers inherit it, so nothing of the user's own environment is in it:
 * no proxies, no credentials, no profile.
 * @param nodeDirectory comes first on the path: workers run the first `node` they find
 */
export function engineEnvironment(
  places: EnginePlaces,
  port: number,
  nodeDirectory: string,
  searchPath: string,
): Record<string, string> {
  return {
    PATH: [nodeDirectory, searchPath].join(path.delimiter),
    HOME: places.home,
    TMPDIR: places.temporary,
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_REGION: localStage.region,
    AWS_ACCESS_KEY_ID: localStage.rootKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localStage.rootKey.secretAccessKey,
    // Signatures, key policies and each function's role are checked; over plain HTTP policies that demand TLS would refuse.
    AUTH: 'true',
    USE_SSL: '1',
    MINISTACK_SSL_CERT: places.certificate,
    MINISTACK_SSL_KEY: places.key,
    NODE_EXTRA_CA_CERTS: places.certificate,
    // Listeners that we do not use.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    // Below WARNING it logs each mail's recipient.
    LOG_LEVEL: 'WARNING',
  };
}

/** What the engine needs to keep what it holds, objects included, over an orderly end. */
export const stateVariables = (directory: string): Record<string, string> => ({
  ...{ PERSIST_STATE: '1', STATE_DIR: path.join(directory, 'services') },
  ...{ S3_PERSIST: '1', S3_DATA_DIR: path.join(directory, 'objects') },
});
