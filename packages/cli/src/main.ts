import { parseArgs, type ParseArgsConfig } from 'node:util'
import { adopt } from './commands/adopt.ts'
import { check } from './commands/check.ts'
import { init } from './commands/init.ts'
import { inventory } from './commands/inventory.ts'
import { migrate } from './commands/migrate.ts'
import { CliError } from './errors.ts'
import { acceptedReasons } from './commands/accepted-reasons.ts'
import { helpOf, USAGE } from './help.ts'
import { ReportError } from './report/report-error.ts'
import type { World } from './world.ts'

/** Runs a command; returns its exit code: 0 clean, 1 findings, 2 could not run. */
export async function main(args: readonly string[], world: World): Promise<number> {
  const [name = '', ...rest] = args
  if (name === '' || name === 'help' || name === '--help' || name === '-h') {
    world.out(helpOf(rest[0]))
    return name === '' ? 2 : 0
  }
  if (name === '--version' || name === '-v') {
    world.out(`${world.version}\n`)
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  try {
    if (command === undefined) throw new CliError('USAGE', `There is no command "${name}".`)
    if (rest.includes('--help') || rest.includes('-h')) {
      world.out(helpOf(name))
      return 0
    }
    return await command(rest, world)
  } catch (error) {
    return fail(error, world)
  }
}

type Command = (args: readonly string[], world: World) => Promise<number>

const ROOT = { root: { type: 'string' } } as const
const WRITE = {
  write: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'allow-dirty': { type: 'boolean', default: false },
} as const

const COMMANDS: Readonly<Record<string, Command>> = {
  inventory: async (args, world) => {
    const { values, root } = parse(args, {
      ...ROOT,
      write: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      sarif: { type: 'boolean', default: false },
      page: { type: 'string' },
    })
    const { write, json, sarif, page } = values
    return inventory(world, { root, write, json, sarif, page })
  },
  init: async (args, world) => {
    const { values, root } = parse(args, { ...ROOT, ...WRITE, script: { type: 'string' } })
    const { write, json, script } = values
    return init(world, { root, write, json, allowDirty: values['allow-dirty'], script })
  },
  migrate: async (args, world) => {
    const { values, root } = parse(args, {
      ...ROOT,
      ...WRITE,
      accept: { type: 'string', multiple: true },
      middleware: { type: 'boolean', default: false },
    })
    const { write, json, middleware } = values
    const accept = acceptedReasons(values.accept)
    const allowDirty = values['allow-dirty']
    return migrate(world, { root, write, json, allowDirty, accept, middleware })
  },
  check: async (args, world) => {
    const { values, root } = parse(args, {
      ...ROOT,
      json: { type: 'boolean', default: false },
      sarif: { type: 'boolean', default: false },
      github: { type: 'boolean', default: false },
      page: { type: 'string' },
      baseline: { type: 'string' },
      'write-baseline': { type: 'boolean', default: false },
    })
    const { json, sarif, github, page, baseline } = values
    const format = json ? 'json' : sarif ? 'sarif' : github ? 'github' : 'text'
    return check(world, { root, format, page, baseline, writeBaseline: values['write-baseline'] })
  },
  adopt: async (args, world) => {
    const { values, root } = parse(args, {
      ...ROOT,
      yes: { type: 'boolean', short: 'y', default: false },
      'allow-dirty': { type: 'boolean', default: false },
      'no-install': { type: 'boolean', default: false },
      accept: { type: 'string', multiple: true },
    })
    return adopt(world, {
      root,
      yes: values.yes,
      allowDirty: values['allow-dirty'],
      install: !values['no-install'],
      accept: acceptedReasons(values.accept),
    })
  },
}

/** Parses flags; a folder can also be given without its flag. */
function parse<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options & { readonly root: { readonly type: 'string' } },
) {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    const [folder, ...others] = parsed.positionals
    if (others.length > 0) throw new CliError('USAGE', `"${others[0]}" is one folder too many.`)
    // The type of `values` follows `options`, which has `root` as a string.
    const { root } = parsed.values as { readonly root?: string }
    return { values: parsed.values, root: root ?? folder }
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError('USAGE', error instanceof Error ? error.message : String(error))
  }
}

function fail(error: unknown, world: World): number {
  const isKnown = error instanceof CliError || error instanceof ReportError
  if (isKnown) world.err(`${error.code}: ${error.message}\n`)
  else
    world.err(
      `oneprisma failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
  if (isKnown && error.code === 'USAGE') world.err(`\n${USAGE}`)
  return 2
}
