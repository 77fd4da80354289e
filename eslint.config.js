import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import { cycles } from './eslint.cycles.js';
import { floors } from './eslint.floors.js';

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', '.local*', 'coverage'] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { house: { rules: { cycles, floors } } },
    rules: {
      'house/cycles': 'error',
      'house/floors': 'error',
      'no-console': 'error',
      'max-lines': ['error', 300],
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  // Programs talk on the terminal; nothing that is deployed does.
  {
    files: [
      'infra/local/**',
      'infra/deploy/**',
      'functions/command/**',
      'test/run.ts',
      'test/bench/**',
      'test/support/**',
    ],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.js', '**/*.cjs'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['**/*.cjs'], languageOptions: { globals: { module: 'writable', process: 'readonly' } } },
);
