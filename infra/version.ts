import manifest from '../package.json' with { type: 'json' };

/** Of the software that is deployed: receipts name it. */
export const { version } = manifest;
