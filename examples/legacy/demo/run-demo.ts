import { join } from 'node:path'
import { generatePrismaClient, startPostgres } from '@oneprisma/testing'
import { copyHelpDesk, diffOf } from './copy-help-desk.ts'
import { CONNECTION_LIMIT } from './help-desk-database.ts'
import { buildHelpDesk } from './help-desk-server.ts'
import type { AdoptionTool, ToldSite } from './oneprisma.ts'
import type { ProgramEnd } from './run-program.ts'
import { Side, type SideResult } from './side.ts'

export interface DemoOptions {
  /** The folder that the copies are made in; what is in it from an earlier time is removed. */
  readonly folder: string
  readonly tool: AdoptionTool
  /** Requests each second, and the seconds of each round of load. */
  readonly perSecond: number
  readonly seconds: number
  /** How often each side gets a round of load. */
  readonly rounds: number
  /** Is told what is done next. */
  readonly progress: (line: string) => void
}

export interface DemoResult {
  readonly before: SideResult
  readonly after: SideResult
  /** Where the help desk made clients, and what was decided about each place. */
  readonly sites: readonly ToldSite[]
  readonly adopted: ProgramEnd
  readonly checked: ProgramEnd
  /** What the migration has changed. */
  readonly diff: string
  readonly perSecond: number
  readonly seconds: number
}

/** Brings a copy of the help desk to one client, and runs it beside one that stays as it was. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { folder, tool, progress } = options
  const before = join(folder, 'before')
  const after = join(folder, 'after')

  progress('Copying the help desk twice.')
  for (const copy of [before, after]) copyHelpDesk(copy)
  const sites = await tool.plan(before)
  progress('Bringing one copy to one client: oneprisma adopt.')
  const adopted = await tool.adopt(after)
  if (adopted.code !== 0) {
    throw new Error(
      `oneprisma adopt ended with ${adopted.code}:\n${adopted.stdout}${adopted.stderr}`,
    )
  }
  const checked = await tool.check(after)
  const diff = diffOf(after)

  progress('Building both for production.')
  await Promise.all([before, after].map(build))
  const measured = await measure(before, after, options)
  return {
    ...measured,
    sites,
    adopted,
    checked,
    diff,
    perSecond: options.perSecond,
    seconds: options.seconds,
  }
}

async function build(copy: string): Promise<void> {
  await generatePrismaClient({ cwd: copy })
  await buildHelpDesk(copy)
}

async function measure(
  before: string,
  after: string,
  { perSecond, seconds, rounds, progress }: DemoOptions,
): Promise<Pick<DemoResult, 'before' | 'after'>> {
  progress('Starting a PostgreSQL and both servers.')
  await using postgres = await startPostgres({ maxConnections: 2 * CONNECTION_LIMIT + 20 })
  await using old = await Side.start(postgres, before, 'before')
  await using adopted = await Side.start(postgres, after, 'after')

  for (const [name, side] of [
    ['before', old],
    ['after', adopted],
  ] as const) {
    progress(`Replaying the recorded traffic: ${name}.`)
    await side.replay()
  }
  for (let round = 1; round <= rounds; round++) {
    const pair = [
      ['before', old],
      ['after', adopted],
    ] as const
    // In turns, so that a machine that grows slower or faster does so for both.
    for (const [name, side] of round % 2 === 1 ? pair : pair.toReversed()) {
      progress(
        `Load, round ${round} of ${rounds}: ${name}, ${perSecond} requests a second for ${seconds} s.`,
      )
      await side.load(perSecond, seconds)
    }
  }
  return { before: old.result, after: adopted.result }
}
