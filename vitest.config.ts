import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'bench'],
    coverage: {
      include: ['packages/client/src/**'],
      reporter: ['text'],
      thresholds: { lines: 95 },
    },
  },
})
