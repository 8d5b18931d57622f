/** Every spec runs from the sources; swc strips the types (`npm run typecheck` checks them). */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,experiments,tools}/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/runs/', '<rootDir>/dist/'],
  transform: {
    '^.+\\.(ts|mts|js|mjs)$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // Packages that ship ES modules alone are transformed as well.
  transformIgnorePatterns: ['/node_modules/(?!(stemmer|hyparquet|hyparquet-writer)/)'],
  testTimeout: 60_000,
};
