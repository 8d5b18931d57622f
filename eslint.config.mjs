import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** A library sees the rows below its own (docs: CONTRIBUTING.md); specs may also use `testing`. */
const rows = ['ground', 'base', 'component', 'procedure', 'run', 'sweep', 'app'];
const depConstraints = rows.map((row, index) => ({
  sourceTag: `layer:${row}`,
  onlyDependOnLibsWithTags: [...rows.slice(0, index), 'testing'].map((below) => `layer:${below}`),
}));

export default tseslint.config(
  { ignores: ['node_modules/', 'runs/', 'dist/', '.nx/', '.venv/', 'coverage/', '**/generated/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          // Commands load their libraries lazily; types of the same libraries are imported statically.
          checkDynamicDependenciesExceptions: ['.*'],
          enforceBuildableLibDependency: false,
          depConstraints: [
            ...depConstraints,
            {
              sourceTag: 'layer:testing',
              onlyDependOnLibsWithTags: ['layer:ground', 'layer:base', 'layer:component'],
            },
            {
              sourceTag: 'layer:experiments',
              onlyDependOnLibsWithTags: ['layer:ground', 'layer:base', 'layer:component'],
            },
          ],
        },
      ],
      '@typescript-eslint/no-require-imports': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  {
    // One library touches TensorFlow.js, and nothing under libs knows the command line.
    files: ['libs/**/*.ts'],
    ignores: ['libs/tensor/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@tensorflow/*'], message: 'import { tf } from @tsarank/tensor' },
            { group: ['yargs', 'yargs/*'], message: 'the command line stays in apps/' },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'read the environment in apps/ and pass the value down',
        },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
        require: 'readonly',
        module: 'writable',
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
