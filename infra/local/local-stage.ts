import path from 'node:path';

/** The stage `local`: fixed names and dummy values, valid on this machine only. */
export const localStage = {
  name: 'local',
  stackName: 'DataRights-local',
  region: 'eu-central-1',
  account: '000000000000',
  /** The engine's root key. Whoever calls with it may do everything; its secret is not checked. */
  rootKey: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const;

/** The folder that holds `package.json`. */
export const projectRoot = path.resolve(import.meta.dirname, '../..');
