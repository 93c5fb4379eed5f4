import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'examples/*', 'bench', 'matrix'],
    coverage: {
      include: ['packages/client/src/**'],
      reporter: ['text'],
      thresholds: { lines: 95 },
    },
  },
})
