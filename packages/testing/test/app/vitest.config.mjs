import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['vitest/*.test.mjs'],
    globalSetup: ['vitest/global-setup.mjs'],
    setupFiles: ['@oneprisma/testing/vitest/setup'],
    pool: process.env.POOL ?? 'forks',
    isolate: process.env.ISOLATE !== 'no',
    maxWorkers: 2,
    server: { deps: { external: [/generated/, /users\.js/, /seed\.js/] } },
  },
})
