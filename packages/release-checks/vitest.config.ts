import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'release-checks',
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
})
