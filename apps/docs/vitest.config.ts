import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Nest's decorators.
  oxc: { decorator: { legacy: true } },
  test: {
    name: 'docs',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/prisma-client.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
