import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const SETUPS = {
  ours: { globalSetup: ['vitest/global-setup.mjs'], setupFiles: ['vitest/timed-setup.mjs'] },
  peer: {
    environment: 'prisma-postgres',
    environmentOptions: {
      'prisma-postgres': { clientPath: join(import.meta.dirname, 'generated') },
    },
    setupFiles: ['vitest-environment-prisma-postgres/setup', 'vitest/peer-setup.mjs'],
  },
  nothing: { setupFiles: ['vitest/timed-setup.mjs'] },
}

export default defineConfig({
  test: {
    include: ['vitest/files/*.test.mjs'],
    maxWorkers: Number(process.env.BENCH_WORKERS),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    server: { deps: { external: [/\.cjs$/, /generated/, /oneprisma|packages/] } },
    ...SETUPS[process.env.BENCH_SETUP],
  },
})
