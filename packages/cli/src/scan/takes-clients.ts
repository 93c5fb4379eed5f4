import type { ModuleExports } from '@oneprisma/sites'
import { importClause } from './import-clause.ts'
import { isOnlyAType } from './only-a-type.ts'

/**
 * Whether anything that has to do with Prisma can come into a module as a value, as far as its text
 * tells. Most modules that name PrismaClient only want its type, and parsing those would be most of
 * the work of a scan. In doubt the answer is yes: then the module is parsed, and the syntax tells.
 */
export function takesClients(
  text: string,
  exportsOf: (specifier: string) => ModuleExports | undefined,
): boolean {
  if (NAMES_ONE.test(text)) return true
  const calls = text.includes('createRequire') ? AFTER_ANY_CALL : AFTER_LOADER
  for (const place of [calls, AFTER_COMMENT_LINE]) {
    for (const match of text.matchAll(place)) if (takes(match)) return true
  }
  return false

  function takes({ 1: word, 3: specifier = '', index }: RegExpExecArray): boolean {
    // Of a template with parts nobody knows what it says.
    if (specifier.includes('${')) return false
    const clause = word === 'from' ? importClause(text, index) : undefined
    if (clause?.names?.length === 0) return false
    const exports = exportsOf(specifier)
    if (exports === undefined || exports.size === 0) return false
    if (clause?.names === undefined) return true
    const taken = clause.names.filter(({ name }) => name === 'default' || exports.has(name))
    return taken.some(({ local }) => clause.isExport || !isOnlyAType(text, local, clause))
  }
}

// A program that makes a client and lacks the import is broken, which only the parser can tell; and
// middleware is looked at whatever it hangs on.
const NAMES_ONE = /\b(?:new|extends)\s+[\w$.]*PrismaClient(?![\w$])|\$use\b/

// A string can only be a specifier behind a word, a punctuator or a comment. What it says is looked at
// without being consumed: a quote in a comment may pair with the wrong one.
const QUOTED = String.raw`\s*(?=(['"\x60])([^'"\x60\\\n]+)\2)`
const LOADERS = 'from|import|require|importActual|requireActual|importOriginal'
const AFTER_LOADER = new RegExp(
  String.raw`(?:(?<![\w$])(${LOADERS})\s*\(?|(?<![\w$])\(|\*/)${QUOTED}`,
  'g',
)
const AFTER_ANY_CALL = new RegExp(String.raw`(?:(?<![\w$])(from|import)|\(|\*/)${QUOTED}`, 'g')
const AFTER_COMMENT_LINE = new RegExp(String.raw`()//[^\n]*\n${QUOTED}`, 'g')
