import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { answerOf, type Answer } from './answer.ts'
import { PAYMENT_SECRET } from './help-desk-server.ts'
import { runProgram } from './run-program.ts'
import { Visitor } from './visitor.ts'

const PROGRAM_TIMEOUT_MS = 60_000
const file = join(import.meta.dirname, 'recorded-traffic.json')

/** One thing that somebody did, and what came of it. */
export interface Exchange {
  readonly name: string
  /** Who has the cookies; each visitor keeps their own. */
  readonly visitor?: string
  readonly request:
    | { readonly signIn: { readonly email: string; readonly password: string } }
    | { readonly signOut: true }
    | { readonly run: readonly string[] }
    | {
        readonly method?: string
        readonly path: string
        readonly json?: unknown
        /** How the payment provider signs the body, where it does. */
        readonly signature?: 'good' | 'bad'
      }
  readonly answer?: Answer | ProgramAnswer
}

/** What a program of the help desk's own did. */
export interface ProgramAnswer {
  readonly code: number | null
  readonly stdout: string
}

/** Where a copy of the help desk runs. */
export interface Played {
  readonly folder: string
  readonly url: string
  readonly databaseUrl: string
}

/** An answer that is not as it was recorded. */
export interface Difference {
  readonly name: string
  readonly recorded: unknown
  readonly given: unknown
}

/** The traffic as it was recorded against the help desk before anything was changed. */
export function recordedTraffic(): readonly Exchange[] {
  // `record` writes it.
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Exchange[]
}

/** Does everything again, one after the other, and returns the traffic with the answers of now. */
export async function replay(
  traffic: readonly Exchange[],
  where: Played,
): Promise<readonly Exchange[]> {
  const visitors = new Map<string, Visitor>()
  const given: Exchange[] = []
  for (const exchange of traffic) {
    const { visitor: name = 'a stranger' } = exchange
    const visitor = visitors.get(name) ?? new Visitor(where.url)
    visitors.set(name, visitor)
    given.push({ ...exchange, answer: await answerTo(exchange.request, visitor, where) })
  }
  return given
}

/** Which answers are not as they were recorded. */
export function differencesOf(
  recorded: readonly Exchange[],
  given: readonly Exchange[],
): readonly Difference[] {
  return recorded
    .map(({ name, answer }, at) => ({ name, recorded: answer, given: given[at]?.answer }))
    .filter((pair) => !isDeepStrictEqual(pair.recorded, pair.given))
}

/** Keeps traffic as what has to be answered from now on. */
export function record(traffic: readonly Exchange[]): void {
  writeFileSync(file, `${JSON.stringify(traffic, null, 2)}\n`)
}

async function answerTo(
  request: Exchange['request'],
  visitor: Visitor,
  { folder, url, databaseUrl }: Played,
): Promise<Answer | ProgramAnswer> {
  if ('run' in request) return runIn(folder, databaseUrl, request.run)
  if ('signOut' in request) return answerOf(await visitor.signOut(), url)
  if ('signIn' in request) {
    const { email, password } = request.signIn
    return answerOf(await visitor.signIn(email, password), url)
  }

  const { json, signature, ...visit } = request
  if (json === undefined) return answerOf(await visitor.visit(visit), url)
  const body = JSON.stringify(json)
  const headers = {
    'content-type': 'application/json',
    ...(signature && { 'x-signature': signatureOf(body, signature) }),
  }
  return answerOf(await visitor.visit({ ...visit, headers, body }), url)
}

function signatureOf(body: string, kind: 'good' | 'bad'): string {
  const secret = kind === 'good' ? PAYMENT_SECRET : `not ${PAYMENT_SECRET}`
  return createHmac('sha256', secret).update(body).digest('hex')
}

async function runIn(
  folder: string,
  databaseUrl: string,
  args: readonly string[],
): Promise<ProgramAnswer> {
  const { code, stdout } = await runProgram(args, {
    cwd: folder,
    env: { DATABASE_URL: databaseUrl },
    timeoutMs: PROGRAM_TIMEOUT_MS,
  })
  // What Node's test runner prints has its times in it; whether it passed is its exit code.
  return { code, stdout: args.includes('--test') ? '' : stdout }
}
