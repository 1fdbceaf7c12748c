/** Native ES modules: what runs here is what a shop imports. */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/build-page.mjs',
  roots: ['<rootDir>/test', '<rootDir>/example-app'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/test/matrix/', '/dist/', '/.data/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/example-app/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  resolver: '<rootDir>/test/support/resolver.cjs',
  moduleNameMapper: {
    // The page is built from its sources when Jest starts, so that no test sees an old one.
    '/built-page\\.js$': '<rootDir>/test/support/built-page.ts',
    '^koa-wxpay$': '<rootDir>/src/index.ts',
    '^koa-wxpay/(postgres|mysql|redis|testing|simulator)$': '<rootDir>/src/$1/index.ts',
  },
  maxWorkers: 2,
  // A guard against a test that hangs; how long one takes on a slow machine decides nothing.
  testTimeout: 10 * 60_000,
};
