import type { ParseArgsConfig } from 'node:util'
import { acceptedReasons } from './commands/accepted-reasons.ts'
import { adopt } from './commands/adopt.ts'
import { budget } from './commands/budget.ts'
import { check } from './commands/check.ts'
import { doctor } from './commands/doctor.ts'
import { init } from './commands/init.ts'
import { inventory } from './commands/inventory.ts'
import { migrate } from './commands/migrate.ts'
import { monitor } from './commands/monitor.ts'
import { CliError } from './errors.ts'
import { helpOf, USAGE } from './help.ts'
import { parseFlags } from './parse-flags.ts'
import { refuseUrls } from './refuse-urls.ts'
import { ReportError } from './report/report-error.ts'
import type { World } from './world.ts'

/** Runs a command; returns its exit code: 0 clean, 1 findings, 2 could not run. */
export async function main(args: readonly string[], world: World): Promise<number> {
  const [name = '', ...rest] = args
  try {
    if (name === '') throw new CliError('USAGE', 'No command was given.')
    if (name === 'help' || name === '--help' || name === '-h') {
      const [about] = rest
      if (about !== undefined) commandOf(about)
      world.out(helpOf(about))
      return 0
    }
    if (name === '--version' || name === '-v') {
      world.out(`${world.version}\n`)
      return 0
    }
    const command = commandOf(name)
    if (rest.includes('--help') || rest.includes('-h')) {
      world.out(helpOf(name))
      return 0
    }
    return await command(rest, world)
  } catch (error) {
    return fail(error, name, world)
  }
}

type Command = (args: readonly string[], world: World) => Promise<number>

const FLAG = { type: 'boolean', default: false } as const
const ROOT = { root: { type: 'string' } } as const
const WRITE = { write: FLAG, json: FLAG, 'allow-dirty': FLAG } as const
const ACCEPT = { accept: { type: 'string', multiple: true } } as const
const DOCTOR = {
  json: FLAG,
  sarif: FLAG,
  live: FLAG,
  'fail-on': { type: 'string', default: 'warning' },
  'url-env': { type: 'string' },
  'direct-url-env': { type: 'string' },
  // Node.js takes `--env-file` for itself, wherever it stands.
  'env-from': { type: 'string' },
  instances: { type: 'string' },
  surge: { type: 'string' },
  processes: { type: 'string' },
  pools: { type: 'string' },
} as const
const BUDGET = {
  'max-connections': { type: 'string' },
  'superuser-reserved': { type: 'string' },
  reserved: { type: 'string' },
  'other-clients': { type: 'string' },
  headroom: { type: 'string' },
  instances: { type: 'string' },
  surge: { type: 'string' },
  processes: { type: 'string' },
  pools: { type: 'string' },
  provider: { type: 'string' },
  compute: { type: 'string' },
} as const

const COMMANDS: Readonly<Record<string, Command>> = {
  inventory: async (args, world) => {
    const { values, root } = parse(args, {
      ...ROOT,
      write: FLAG,
      json: FLAG,
      sarif: FLAG,
      page: { type: 'string' },
    })
    const { write, page } = values
    const format = oneOf({ json: values.json, sarif: values.sarif }) ?? 'text'
    return inventory(world, { root, write, format, page })
  },
  init: async (args, world) => {
    const { values, root } = parse(args, { ...ROOT, ...WRITE, script: { type: 'string' } })
    const { write, json, script } = values
    return init(world, { root, write, json, allowDirty: values['allow-dirty'], script })
  },
  migrate: async (args, world) => {
    const { values, root } = parse(args, { ...ROOT, ...WRITE, ...ACCEPT, middleware: FLAG })
    const { write, json, middleware } = values
    const accept = acceptedReasons(values.accept)
    const allowDirty = values['allow-dirty']
    return migrate(world, { root, write, json, allowDirty, accept, middleware })
  },
  check: async (args, world) => {
    const { values, root } = parse(args, {
      ...ROOT,
      json: FLAG,
      sarif: FLAG,
      github: FLAG,
      page: { type: 'string' },
      baseline: { type: 'string' },
      'write-baseline': FLAG,
    })
    const { json, sarif, github, page, baseline } = values
    const writeBaseline = values['write-baseline']
    // What writes the baseline prints nothing, so that there would be no JSON to read.
    const format = oneOf({ json, sarif, github, 'write-baseline': writeBaseline })
    return check(world, {
      root,
      format: format === undefined || format === 'write-baseline' ? 'text' : format,
      page,
      baseline,
      writeBaseline,
    })
  },
  adopt: async (args, world) => {
    const { values, root } = parse(args, {
      ...ROOT,
      ...ACCEPT,
      yes: { ...FLAG, short: 'y' },
      write: FLAG,
      'allow-dirty': FLAG,
      'no-install': FLAG,
    })
    return adopt(world, {
      root,
      yes: values.yes || values.write,
      allowDirty: values['allow-dirty'],
      install: !values['no-install'],
      accept: acceptedReasons(values.accept),
    })
  },
  doctor: async (args, world) => {
    refuseUrls(args)
    const { values, root } = parse(args, { ...ROOT, ...DOCTOR })
    const { json, sarif, live, instances, surge, processes, pools } = values
    return doctor(world, {
      root,
      format: oneOf({ json, sarif }) ?? 'text',
      live,
      failOn: values['fail-on'],
      urlEnv: values['url-env'],
      directUrlEnv: values['direct-url-env'],
      envFile: values['env-from'],
      plan: { instances, surge, processes, pools },
    })
  },
  budget: async (args, world) => {
    const { values, positionals } = parseFlags(args, { ...BUDGET, json: FLAG })
    const [extra] = positionals
    if (extra !== undefined) {
      throw new CliError('USAGE', `"${extra}" is too many: a budget is planned from flags alone.`)
    }
    const { json, ...flags } = values
    return budget(world, { flags, json })
  },
  monitor,
}

function commandOf(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new CliError('USAGE', `There is no command "${name}".`)
  return command
}

/** Parses flags; a folder can also be given without its flag. */
function parse<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options & { readonly root: { readonly type: 'string' } },
) {
  const parsed = parseFlags(args, options)
  const [folder, ...others] = parsed.positionals
  // The type of `values` follows `options`, which has `root` as a string.
  const { root } = parsed.values as { readonly root?: string }
  const extra = root === undefined ? others[0] : folder
  if (extra !== undefined) throw new CliError('USAGE', `"${extra}" is one folder too many.`)
  const given = root ?? folder
  if (given === '') throw new CliError('USAGE', 'The folder is empty text. Give a path, or "."')
  return { values: parsed.values, root: given }
}

/** The one of some flags that is given. */
function oneOf<Name extends string>(flags: Readonly<Record<Name, boolean>>): Name | undefined {
  // `Object.entries` forgets the names of the keys.
  const given = (Object.keys(flags) as Name[]).filter((name) => flags[name])
  if (given.length < 2) return given[0]
  throw new CliError(
    'USAGE',
    `${given.map((name) => `--${name}`).join(' and ')} do not go together. Give one of them.`,
  )
}

function fail(error: unknown, command: string, world: World): number {
  if (error instanceof CliError || error instanceof ReportError) {
    world.err(`${error.code}: ${error.message}\n`)
    if (error.code === 'USAGE')
      world.err(`\n${Object.hasOwn(COMMANDS, command) ? helpOf(command) : USAGE}`)
    return 2
  }
  // What the system refuses has a cause outside; anything else is a fault of this program.
  const isRefused = error instanceof Error && 'syscall' in error
  const text = error instanceof Error && !isRefused ? (error.stack ?? error.message) : String(error)
  world.err(`oneprisma failed: ${text}\n`)
  return 2
}
