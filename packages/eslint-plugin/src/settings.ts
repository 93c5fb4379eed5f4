import type { OneprismaSettings } from './plugin.d.ts'

/** The settings of a repository, complete. */
export interface Settings {
  readonly sharedModule: string | undefined
  readonly sharedExport: string
  readonly sharedModules: readonly string[] | undefined
  readonly clientModules: readonly string[]
  readonly edgeModules: readonly string[]
}

type Name = keyof OneprismaSettings

/** Reads `settings.oneprisma`, and throws where it is not what it should be. */
export function readSettings(settings: Readonly<Record<string, unknown>>): Settings {
  const given = settings['oneprisma'] ?? {}
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new TypeError(`Expected the setting \`oneprisma\` to be an object, got ${show(given)}.`)
  }
  const {
    sharedModule,
    sharedExport,
    sharedModules,
    clientModules,
    edgeModules,
    ...others
  }: Partial<Record<Name, unknown>> = given
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) {
    throw new TypeError(`There is no setting \`oneprisma.${unknown}\`.`)
  }
  return {
    sharedModule: textOf('sharedModule', sharedModule),
    sharedExport: textOf('sharedExport', sharedExport) ?? 'prisma',
    sharedModules: listOf('sharedModules', sharedModules),
    clientModules: listOf('clientModules', clientModules) ?? [],
    edgeModules: listOf('edgeModules', edgeModules) ?? [],
  }
}

function textOf(name: Name, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw refusal(name, 'a text', value)
}

function listOf(name: Name, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw refusal(name, 'a list of texts', value)
}

function refusal(name: Name, expected: string, value: unknown): TypeError {
  return new TypeError(
    `Expected the setting \`oneprisma.${name}\` to be ${expected}, got ${show(value)}.`,
  )
}

function show(value: unknown): string {
  return `${JSON.stringify(value) ?? String(value)} (${Array.isArray(value) ? 'array' : typeof value})`
}
