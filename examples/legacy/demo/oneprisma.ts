import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gitVariables } from './copy-help-desk.ts'
import { runProgram, type ProgramEnd } from './run-program.ts'

const TIMEOUT_MS = 60_000
const require = createRequire(import.meta.url)

// What the help desk copied into every file is what the shared client is made of.
const ACCEPT = ['--accept', 'ADAPTER_OPTIONS'] as const

/** A place where the help desk makes a client, and what is decided about it. */
export interface ToldSite {
  readonly path: string
  readonly line: number
  readonly context: string
  readonly decision: string
  readonly reason: string
}

/** What brings a copy of the help desk to one client. */
export interface AdoptionTool {
  /** Where a copy makes clients, as it is. */
  inventory(folder: string): Promise<readonly ToldSite[]>
  /** The same, with what `adopt` would do to each. */
  plan(folder: string): Promise<readonly ToldSite[]>
  /** Changes a copy as a person would have it who accepts what is asked. */
  adopt(folder: string): Promise<ProgramEnd>
  /** What a CI would say of a copy: it ends with 0 where no client is made but the shared one. */
  check(folder: string): Promise<ProgramEnd>
}

/** The command of this repository. */
export const oneprisma: AdoptionTool = {
  inventory: async (folder) => sitesIn(await run(folder, 'inventory', '--json')),
  plan: async (folder) => sitesIn(await run(folder, 'migrate', '--json', ...ACCEPT)),
  adopt: (folder) => run(folder, 'adopt', '--yes', '--no-install', ...ACCEPT),
  check: (folder) => run(folder, 'check'),
}

function sitesIn({ code, stdout, stderr }: ProgramEnd): readonly ToldSite[] {
  if (code !== 0) throw new Error(`oneprisma ended with ${code}:\n${stderr || stdout}`)
  // The documented shape of what it prints.
  return (JSON.parse(stdout) as { readonly sites: readonly ToldSite[] }).sites
}

async function run(
  folder: string,
  command: string,
  ...args: readonly string[]
): Promise<ProgramEnd> {
  const bin = join(dirname(require.resolve('oneprisma/package.json')), 'bin/oneprisma.mjs')
  return runProgram([bin, command, '--root', folder, ...args], {
    cwd: folder,
    env: gitVariables(folder),
    timeoutMs: TIMEOUT_MS,
  })
}
