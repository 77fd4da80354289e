import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Stage } from 'aws-cdk-lib';
import { bundleFunctions } from '#infra/constructs/bundle-functions.ts';
import { projectRoot } from '#infra/local/local-stage.ts';
import { buildStack } from './synthesize.ts';

describe('temporary files', () => {
  const own = path.join(projectRoot, '.local/test/');

  it('of a test stand in the run’s own folder, which is deleted with it', () => {
    expect(tmpdir()).toContain(own);
  });

  it('of bundling and synthesis stand there too', () => {
    expect(bundleFunctions()['http/public'].directory).toContain(own);
    expect(Stage.of(buildStack())?.outdir).toContain(own);
  });
});
