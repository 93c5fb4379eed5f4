module.exports = {
  testMatch: [`<rootDir>/jest/*.test.${process.env.MODULES === 'esm' ? 'mjs' : 'js'}`],
  moduleFileExtensions: ['js', 'mjs', 'json'],
  testEnvironment: '@oneprisma/testing/jest/environment',
  globalSetup: '<rootDir>/jest/global-setup.js',
  globalTeardown: '@oneprisma/testing/jest/global-teardown',
  transform: {},
  maxWorkers: 2,
}
