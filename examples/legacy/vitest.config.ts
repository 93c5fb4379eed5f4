import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'legacy',
    include: ['test/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
})
