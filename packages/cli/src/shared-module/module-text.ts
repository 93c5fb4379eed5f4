import type { Adapter } from './adapter.ts'
import type { TextStyle } from '../text/text-style.ts'
import type { ModuleFormat } from './module-format.ts'

/** What is taken over from the clients that the shared one replaces. */
export interface Carried {
  /** Properties of the argument of `new PrismaClient()`, as source text: `log: ['error']`. */
  readonly options?: readonly string[]
  /** Arguments of `$extends()`, as source text, in the order in which they are applied. */
  readonly extensions?: readonly string[]
  /** Whole import (or require) lines that the above need, right for the place of the module. */
  readonly imports?: readonly string[]
}

export interface ModuleParts {
  readonly format: ModuleFormat['format']
  /** From where PrismaClient comes. */
  readonly clientSpecifier: string
  readonly adapter: Adapter | undefined
  /** The environment variable of the connection string. */
  readonly urlVariable: string
  readonly carried: Carried
  /** Which shared client it is, where a process has several. */
  readonly name: string | undefined
  /** How the modules that import it are written. */
  readonly style: TextStyle
}

const WIDTH = 100

/** Writes the text of a new shared module. */
export function writeModule(parts: ModuleParts): string {
  const { format, carried, style } = parts
  const { semicolon } = style
  const importLine = (name: string, specifier: string): string =>
    importOf(format, name, specifier, style)
  const adapter = hasOption(carried, 'adapter') ? undefined : parts.adapter
  const imports = [
    importLine('sharePrisma', '@oneprisma/client'),
    ...(adapter?.hasPgPool ? [importLine('pgPool', '@oneprisma/client/pg')] : []),
    ...(adapter ? [importLine(adapter.className, adapter.package)] : []),
    importLine('PrismaClient', parts.clientSpecifier),
    ...(carried.imports ?? []),
  ]
  const call = creation(parts, adapter)
  return format === 'esm'
    ? `${imports.join('\n')}\n\nexport const prisma = ${call}${semicolon}\nexport default prisma${semicolon}\n`
    : `${imports.join('\n')}\n\nconst prisma = ${call}${semicolon}\n${commonJsExports(style)}`
}

function commonJsExports({ semicolon }: TextStyle): string {
  return `
// Whether it is required, destructured or imported as default: it is the client.
module.exports = prisma${semicolon}
module.exports.prisma = prisma${semicolon}
module.exports.default = prisma${semicolon}
`
}

function creation(
  { carried, urlVariable, name, style: { quote, semicolon } }: ModuleParts,
  adapter: Adapter | undefined,
): string {
  const named = name === undefined ? '' : `, { name: ${quote}${name}${quote} }`
  const variable = `process.env.${urlVariable}`
  if (adapter === undefined) {
    const client = newClient(carried.options ?? [], carried, '')
    return `sharePrisma(() => ${client}${named})`
  }
  const lines = adapter.hasPgPool
    ? [`const { config, options, transactionOptions } = pgPool(${variable})${semicolon}`]
    : [
        `const url = ${variable}${semicolon}`,
        `if (!url) throw new Error(${quote}${urlVariable} is not set.${quote})${semicolon}`,
      ]
  const built = `new ${adapter.className}(${adapter.hasPgPool ? 'config, options' : adapter.arguments})`
  const options = [
    `adapter: observe(${built})`,
    ...(adapter.hasPgPool ? withMaxWait(carried.options ?? []) : (carried.options ?? [])),
  ]
  return `sharePrisma(({ observe }) => {
  ${lines.join('\n  ')}
  return ${newClient(options, carried, '  ')}${semicolon}
}${named})`
}

function newClient(
  options: readonly string[],
  { extensions = [] }: Carried,
  indent: string,
): string {
  const chain = extensions.map((extension) => `.$extends(${extension})`).join('')
  if (options.length === 0) return `new PrismaClient()${chain}`
  const short = `new PrismaClient({ ${options.join(', ')} })${chain}`
  const isShort = !short.includes('\n') && `${indent}return ${short}`.length <= WIDTH
  if (isShort) return short
  const listed = options.map((option) => `${indent}  ${option},\n`).join('')
  return `new PrismaClient({\n${listed}${indent}})${chain}`
}

/** Bounds how long a transaction waits for its connection, unless the options say so themselves. */
function withMaxWait(options: readonly string[]): string[] {
  const own = options.find((option) => nameOf(option) === 'transactionOptions')
  if (own === undefined) return ['transactionOptions', ...options]
  const value = own.slice(own.indexOf(':') + 1).trim()
  const members = /^\{\s*([\s\S]*?),?\s*\}$/.exec(value)?.[1] ?? `...${value}`
  const merged = `transactionOptions: { ...transactionOptions, ${members} }`
  return options.map((option) => (option === own ? merged : option))
}

function hasOption({ options = [] }: Carried, name: string): boolean {
  return options.some((option) => nameOf(option) === name)
}

function nameOf(option: string): string | undefined {
  return /^\s*['"]?([\w$]+)/.exec(option)?.[1]
}

function importOf(
  format: 'esm' | 'cjs',
  name: string,
  specifier: string,
  { quote, semicolon }: TextStyle,
): string {
  const from = `${quote}${specifier}${quote}`
  return format === 'esm'
    ? `import { ${name} } from ${from}${semicolon}`
    : `const { ${name} } = require(${from})${semicolon}`
}
