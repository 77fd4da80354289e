import { defineConfig } from 'vitest/config';

// Two projects: what needs nothing but the code, and what needs the app deployed to the AWS engine (once for all of it).
export default defineConfig({
  test: {
    globals: false,
    reporters: ['default', ['json', { outputFile: '.local/test-results.json' }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'rules',
          include: ['test/{shared,functions,infra}/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['test/{engine,stores,workflow,journeys,leaks}/**/*.test.ts'],
          globalSetup: 'test/support/engine-stack.ts',
          setupFiles: 'test/support/engine-trust.ts',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
