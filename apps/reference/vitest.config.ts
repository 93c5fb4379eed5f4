import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'reference',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/environment.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
