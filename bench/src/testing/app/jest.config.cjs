const SETUPS = {
  ours: {
    globalSetup: '<rootDir>/jest/global-setup.cjs',
    globalTeardown: '@oneprisma/testing/jest/global-teardown',
    testEnvironment: '<rootDir>/jest/timed-environment.mjs',
  },
  peer: {
    testEnvironment: '@quramy/jest-prisma-node/environment',
    setupFilesAfterEnv: ['<rootDir>/jest/peer-setup.cjs'],
  },
  nothing: { setupFilesAfterEnv: ['<rootDir>/jest/timed-without.cjs'] },
}

module.exports = {
  testMatch: ['<rootDir>/jest/files/*.test.cjs'],
  moduleFileExtensions: ['js', 'cjs', 'mjs', 'json'],
  maxWorkers: Number(process.env.BENCH_WORKERS),
  transform: {},
  testTimeout: 30_000,
  ...SETUPS[process.env.BENCH_SETUP],
}
