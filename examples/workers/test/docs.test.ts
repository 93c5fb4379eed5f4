import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

describe('the documentation', () => {
  it.each([
    ['workers.md', 'pg-boss.ts'],
    ['workers.md', 'bullmq.ts'],
    ['workers.md', 'graphile-worker.ts'],
    ['scripts.md', 'ship-waiting.ts'],
  ])('%s shows %s as it is tested here', (page, program) => {
    expect(read(`../../../docs/${page}`)).toContain(`\`\`\`ts\n${read(`../src/${program}`)}\`\`\``)
  })
})
