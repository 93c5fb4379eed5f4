import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { evidenceOf, measuredTableOf } from './evidence-page.ts'
import type { BenchResult } from './bar.ts'

const root = join(import.meta.dirname, '../..')
const results = join(root, 'bench/results')

// Each file is the JSON line that `npm run bench -- <name> --save` kept.
const found = readdirSync(results)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')) as BenchResult)

writeFileSync(join(root, 'docs/evidence.md'), evidenceOf(found))
const readme = join(root, 'README.md')
writeFileSync(
  readme,
  readFileSync(readme, 'utf8').replace(
    /(<!-- measured:start -->\n)[^]*(<!-- measured:end -->)/,
    (_, start: string, end: string) => `${start}\n${measuredTableOf(found)}\n\n${end}`,
  ),
)
console.error(`docs/evidence.md and the README's table were written from ${found.length} results.`)
