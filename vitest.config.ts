import { defineConfig } from 'vitest/config';

// What needs nothing but the code; what reads the synthesized template; what makes its own tables in the AWS engine, whole
// workflows apart; what needs the app deployed to an engine of its own.
const onEngine = {
  setupFiles: 'test/support/engine-trust.ts',
  testTimeout: 120_000,
  hookTimeout: 180_000,
  fileParallelism: false,
};

export default defineConfig({
  test: {
    globals: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'rules',
          globalSetup: 'test/support/temporary-files.ts',
          include: ['test/{shared,functions,infra/play}/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'template',
          globalSetup: 'test/support/temporary-files.ts',
          include: ['test/infra/*.test.ts'],
          testTimeout: 60_000,
          // One synthesis and one load of the CDK for all files: they only read the template.
          isolate: false,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['test/{engine,stores}/**/*.test.ts'],
          globalSetup: 'test/support/engine.ts',
          ...onEngine,
        },
      },
      {
        extends: true,
        test: {
          name: 'workflow',
          include: ['test/workflow/**/*.test.ts'],
          globalSetup: 'test/support/engine.ts',
          ...onEngine,
        },
      },
      {
        extends: true,
        test: {
          name: 'app',
          include: ['test/{journeys,leaks}/**/*.test.ts'],
          globalSetup: 'test/support/app.ts',
          ...onEngine,
        },
      },
    ],
  },
});
