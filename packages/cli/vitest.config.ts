import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'cli',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/cli-build.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
