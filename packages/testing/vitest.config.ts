import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'testing',
    include: ['test/*.test.ts'],
    globalSetup: ['test/generated-app.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Some wait for a bound that expires, so that more than the default can run side by side.
    maxConcurrency: 8,
  },
})
