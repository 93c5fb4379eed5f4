import { createRequire } from 'node:module'
import type { Linter } from 'eslint'

const require = createRequire(import.meta.url)

/**
 * The parser of typescript-eslint with TypeScript 6. One of its dependencies lies at the root of the
 * workspace, beside TypeScript 7, which has no compiler API: it is handed the one of this package.
 */
function loadParser(): Linter.Parser {
  const own = require.resolve('typescript')
  require(own)
  const hoisted = createRequire(require.resolve('@typescript-eslint/parser')).resolve(
    'ts-api-utils',
  )
  const other = createRequire(hoisted).resolve('typescript')
  require.cache[other] = require.cache[own]
  return require('@typescript-eslint/parser')
}

export const typescriptParser: Linter.Parser = loadParser()
