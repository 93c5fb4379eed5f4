import { RuleTester } from 'eslint'
import { describe, it } from 'vitest'
import { typescriptParser } from './typescript-parser.ts'

RuleTester.describe = describe
RuleTester.it = it
RuleTester.itOnly = it.only

/** ES modules, by the parser of ESLint. */
export const modules: RuleTester = new RuleTester({
  languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
})
/** CommonJS, by the parser of ESLint. */
export const commonJs: RuleTester = new RuleTester({ languageOptions: { sourceType: 'commonjs' } })
/** TypeScript, by the parser of typescript-eslint. */
export const typed: RuleTester = new RuleTester({ languageOptions: { parser: typescriptParser } })
