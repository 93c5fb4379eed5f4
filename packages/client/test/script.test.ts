import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  vi,
} from 'vitest'
import { sharePrisma } from '../src/index.ts'
import { closeOnSignal, runScript, runWorker } from '../src/script.ts'
import { ChildProgram, type Ending } from './child-program.ts'
import { deferred, fakeClient, forgetSharedClients, warningsOf } from './fake-client.ts'

const admin = new pg.Pool({ connectionString: inject('databaseUrl') })
let programs = 0

beforeAll(async () => {
  await admin.query(
    'CREATE SCHEMA script_test; CREATE TABLE script_test.note (app text, text text)',
  )
})
afterAll(async () => {
  await admin.query('DROP SCHEMA script_test CASCADE')
  await admin.end()
})

interface Run {
  /** The arguments of the program. */
  readonly args: readonly string[]
  readonly file?: string
  /** Signals to send, each after the line that the program prints first. */
  readonly signals?: ReadonlyArray<readonly [line: string, signal: NodeJS.Signals]>
}

interface Result extends Ending {
  /** What the program noted in the database. */
  readonly notes: string[]
  readonly durationMs: number
}

/** Runs a program to its end; then the server has no session of it left. */
async function run({ args, file = 'script.mjs', signals = [] }: Run): Promise<Result> {
  const name = `script-test-${++programs}`
  const since = performance.now()
  await using program = new ChildProgram(file, args, {
    DATABASE_URL: inject('databaseUrl'),
    APPLICATION_NAME: name,
  })
  for (const [line, signal] of signals) {
    await program.printed(line)
    program.send(signal)
  }
  const ending = await program.ending()
  const durationMs = performance.now() - since

  await vi.waitFor(
    async () => {
      const sessions = 'SELECT pid FROM pg_stat_activity WHERE application_name = $1'
      if ((await rows(sessions, name)).length > 0) throw new Error(`"${name}" has sessions left.`)
    },
    { timeout: 5_000 },
  )
  const notes = await rows('SELECT text FROM script_test.note WHERE app = $1', name)
  return { ...ending, durationMs, notes: notes.map((row) => String(row['text'])) }
}

async function rows(sql: string, name: string): Promise<Array<Record<string, unknown>>> {
  const result = await admin.query<Record<string, unknown>>(sql, [name])
  return result.rows
}

interface Row extends Run {
  readonly code: number | null
  readonly signal?: NodeJS.Signals
  readonly stdout?: string
  /** What standard error must hold, each once; nothing else may be there if there is none. */
  readonly stderr?: readonly string[]
  readonly notes?: readonly string[]
}

/** How the program of a row must end. */
function expectedOf(row: Row): object {
  const { code, signal = null, stdout = '', stderr = [], notes = [] } = row
  return { code, signal, stdout, stderr, notes }
}

/** How it ended, in the terms of its row: standard error is as expected, or there as a whole. */
function seenOf({ code, signal, stdout, stderr, notes }: Result, row: Row): object {
  const expected = row.stderr ?? []
  const isExpected =
    expected.every((part) => stderr.split(part).length === 2) &&
    (expected.length > 0 || stderr === '')
  return { code, signal, stdout, stderr: isExpected ? expected : [stderr], notes }
}

const term = [['ready', 'SIGTERM']] as const
const ended = 'ended\n'

describe('runScript', () => {
  it.concurrent.each<[string, Row]>([
    ['main returns', { args: ['returns'], code: 0, stdout: ended, notes: ['finished'] }],
    [
      'main rejects',
      {
        args: ['throws'],
        code: 1,
        stdout: ended,
        stderr: ['Error: main failed\n    at ', '[cause]: Error: the cause'],
        notes: ['finished'],
      },
    ],
    [
      'main throws before it returns a promise',
      { args: ['throws at once'], code: 1, stdout: ended, stderr: ['Error: main failed\n    at '] },
    ],
    [
      'main rejects with something that is no error',
      { args: ['rejects without an error'], code: 1, stdout: ended, stderr: ['no error'] },
    ],
    [
      'main sets process.exitCode',
      { args: ['sets an exit code'], code: 3, stdout: ended, notes: ['finished'] },
    ],
    [
      'main sets process.exitCode and throws',
      {
        args: ['sets an exit code and throws'],
        code: 3,
        stdout: ended,
        stderr: ['Error: main failed'],
      },
    ],
    ['no client is ever used', { args: ['uses no client'], code: 0, stdout: ended }],
    [
      'main leaves work behind that goes on from query to query',
      {
        args: ['leaves work behind'],
        code: 0,
        stdout: ended,
        notes: ['in between', 'finished'],
      },
    ],
    [
      'SIGTERM arrives while a query runs',
      {
        args: ['waits in a query'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\n',
        notes: ['finished'],
      },
    ],
    [
      'SIGINT arrives and main stops at once',
      {
        args: ['stops when told'],
        signals: [['ready', 'SIGINT']],
        code: null,
        signal: 'SIGINT',
        stdout: 'ready\n',
        notes: ['started', 'finished'],
      },
    ],
    [
      'SIGHUP arrives',
      {
        args: ['stops when told'],
        signals: [['ready', 'SIGHUP']],
        code: null,
        signal: 'SIGHUP',
        stdout: 'ready\n',
        notes: ['started', 'finished'],
      },
    ],
    [
      'main fails while it stops',
      {
        args: ['fails while it stops'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\n',
        stderr: ['Error: main failed'],
        notes: ['finished'],
      },
    ],
    [
      'main does not stop in its time after a signal',
      {
        args: ['does not stop', '100'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\n',
        stderr: ['did not stop within 100 ms after SIGTERM'],
        notes: ['started'],
      },
    ],
    [
      'a second signal arrives while main stops',
      {
        args: ['does not stop', '60000'],
        signals: [...term, ['stopping', 'SIGINT']],
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\nstopping\n',
        notes: ['started'],
      },
    ],
    [
      'work that main left behind does not end',
      {
        args: ['leaves work that does not end', '100'],
        code: 1,
        stdout: ended,
        stderr: [
          '[ONEPRISMA_DRAIN_FAILED]',
          'units in flight: "default" 1',
          "code: 'CLOSE_TIMEOUT'",
        ],
      },
    ],
    [
      'such work does not end, and main has set process.exitCode',
      {
        args: ['leaves work that does not end, with an exit code', '100'],
        code: 3,
        stdout: ended,
        stderr: ['[ONEPRISMA_DRAIN_FAILED]', "code: 'CLOSE_TIMEOUT'"],
      },
    ],
    [
      'such work does not end, and the program survives uncaught exceptions',
      {
        args: ['leaves work that does not end, and catches everything', '100'],
        code: null,
        signal: 'SIGTERM',
        stdout: ended,
        stderr: ['[ONEPRISMA_DRAIN_FAILED]', 'caught CLOSE_TIMEOUT'],
      },
    ],
    [
      'main leaves a rejection behind, as Node has it',
      {
        args: ['leaves a rejection behind'],
        code: 1,
        stderr: ['Error: nobody cares\n    at '],
        notes: ['finished'],
      },
    ],
    [
      'a callback throws with work in flight, as Node has it',
      {
        args: ['throws in a callback, with work in flight'],
        code: 1,
        stderr: [
          'Error: nobody cares\n    at ',
          '[ONEPRISMA_WORK_CUT_OFF]',
          'in flight: "default" 1.',
        ],
      },
    ],
    [
      'main never settles',
      {
        args: ['never settles'],
        code: 13,
        stdout: ended,
        stderr: ["code: 'MAIN_NEVER_SETTLED'"],
        notes: ['finished'],
      },
    ],
    ['main calls process.exit', { args: ['calls process.exit'], code: 4, notes: ['finished'] }],
    [
      'main calls process.exit with work in flight',
      {
        args: ['calls process.exit with work in flight'],
        code: 4,
        stderr: ['[ONEPRISMA_WORK_CUT_OFF]', 'in flight: "default" 1.'],
      },
    ],
    [
      'main leaves something else open',
      {
        args: ['leaves a server open'],
        code: 0,
        stdout: ended,
        stderr: ['[ONEPRISMA_PROCESS_HELD]', 'TCPServerWrap 1'],
        notes: ['finished'],
      },
    ],
    [
      'main has a listener for the signal of its own, which is called once',
      {
        args: ['has a listener of its own'],
        signals: term,
        code: 143,
        stdout: 'ready\nown listener 1\nended\n',
        notes: ['started'],
      },
    ],
    [
      'a CommonJS program returns',
      { file: 'script.cjs', args: ['returns'], code: 0, notes: ['finished'] },
    ],
    [
      'a CommonJS program throws',
      {
        file: 'script.cjs',
        args: ['throws'],
        code: 1,
        stderr: ['Error: main failed\n    at '],
        notes: ['finished'],
      },
    ],
    [
      'a CommonJS program never settles',
      {
        file: 'script.cjs',
        args: ['never settles'],
        code: 13,
        stderr: ["code: 'MAIN_NEVER_SETTLED'"],
        notes: ['finished'],
      },
    ],
    [
      'a program under tsx returns',
      { file: 'script.ts', args: ['returns'], code: 0, stdout: ended, notes: ['finished'] },
    ],
    [
      'SIGTERM arrives at tsx, which gives its own exit code',
      {
        file: 'script.ts',
        args: ['stops when told'],
        signals: term,
        code: 143,
        stdout: 'ready\n',
        notes: ['finished'],
      },
    ],
  ])('ends the process and every session when %s', async (_, row) => {
    expect(seenOf(await run(row), row)).toEqual(expectedOf(row))
  })

  it('ends at once, although the pool would hold the process for 10 seconds', async () => {
    const { durationMs } = await run({ args: ['returns'] })

    expect(durationMs).toBeLessThan(5_000)
  })
})

describe('runWorker', () => {
  it.concurrent.each<[string, Row]>([
    [
      'SIGTERM arrives, once the job in progress is done',
      {
        args: ['finishes its job'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\n',
        notes: ['finished', 'told'],
      },
    ],
    [
      'SIGINT arrives',
      {
        args: ['finishes its job'],
        signals: [['ready', 'SIGINT']],
        code: null,
        signal: 'SIGINT',
        stdout: 'ready\n',
        notes: ['finished', 'told'],
      },
    ],
    [
      'its job does not end in its time',
      {
        args: ['has a job that does not end', '100'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\n',
        stderr: ['[ONEPRISMA_WORK_CUT_OFF]', '[ONEPRISMA_DRAIN_FAILED]'],
      },
    ],
    [
      'the signal arrives while it starts',
      {
        args: ['is slow to start'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\n',
        notes: ['finished'],
      },
    ],
    [
      'it ends by itself',
      { args: ['ends by itself'], code: 0, stdout: ended, notes: ['finished'] },
    ],
    [
      'it fails',
      {
        args: ['fails'],
        code: 1,
        stdout: ended,
        stderr: ['Error: the worker failed\n    at '],
        notes: ['finished'],
      },
    ],
    [
      'it fails to start',
      { args: ['fails to start'], code: 1, stdout: ended, stderr: ['Error: the worker failed'] },
    ],
    [
      'it fails to stop',
      {
        args: ['fails to stop'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\n',
        stderr: ['Error: the worker failed'],
        notes: ['finished'],
      },
    ],
    [
      'start returns no worker',
      { args: ['is no worker'], code: 1, stdout: ended, stderr: ["code: 'INVALID_OPTION'"] },
    ],
  ])('ends the process and every session when %s', async (_, row) => {
    const result = await run({ ...row, file: 'worker.mjs' })

    expect(seenOf(result, row)).toEqual(expectedOf(row))
  })
})

describe('closeOnSignal', () => {
  it.concurrent.each<[string, Row]>([
    [
      'calls every function with the signal',
      {
        args: ['closes'],
        signals: [['ready', 'SIGHUP']],
        code: null,
        signal: 'SIGHUP',
        stdout: 'ready\nfirst SIGHUP\nsecond SIGHUP\n',
      },
    ],
    [
      'warns of a function that throws, and waits for the others',
      {
        args: ['fails to close'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\nclosed\n',
        stderr: ['[ONEPRISMA_CLOSE_FAILED]', 'Error: close failed\n    at '],
      },
    ],
    [
      'gives up a function that takes too long',
      {
        args: ['hangs when it closes'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\n',
        stderr: ['[ONEPRISMA_CLOSE_FAILED]', 'within 100 ms after SIGTERM'],
      },
    ],
    [
      'stops waiting at a second signal, but not at one that was sent twice',
      {
        args: ['takes long to close'],
        signals: [...term, ['closing', 'SIGTERM']],
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\nclosing\n',
      },
    ],
    [
      'leaves no listener when the last function is taken back',
      {
        args: ['takes it back'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'listeners 1,1,1\nlisteners 0,0,0\nready\n',
      },
    ],
    [
      'calls a function that is added while it closes once, and waits for it',
      {
        args: ['adds more while it closes'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\nat once\nlate\n',
      },
    ],
    [
      'waits for a script that starts while it closes, within its bound',
      {
        args: ['starts a script while it closes'],
        signals: term,
        code: null,
        signal: 'SIGTERM',
        stdout: 'ready\naborted true\n',
        stderr: ['did not stop within 100 ms after SIGTERM'],
      },
    ],
    [
      'ends the first process of a container, which no signal ends, and no error that it catches',
      {
        args: ['is the first process of a container'],
        signals: term,
        code: 143,
        stdout: 'ready\nclosed\n',
        stderr: ['SIGTERM cannot end the first process of a container', "code: 'CLOSE_TIMEOUT'"],
      },
    ],
    [
      'leaves the end to a listener that is called once',
      {
        args: ['shares the signal with a listener that is called once'],
        signals: term,
        code: 143,
        stdout: 'ready\nclosed\nown listener 0,0,0\n',
      },
    ],
  ])('%s', async (_, row) => {
    const result = await run({ ...row, file: 'signals.mjs' })

    expect(seenOf(result, row)).toEqual(expectedOf(row))
  })

  it('listens once for two copies of the package', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oneprisma-script-'))
    const copy = join(folder, 'script.cjs')
    cpSync(new URL('../dist/script.cjs', import.meta.url), copy)

    const result = await run({
      file: 'signals.mjs',
      args: ['has two copies of the package', copy],
      signals: term,
    })

    rmSync(folder, { recursive: true })
    expect(result).toMatchObject({
      signal: 'SIGTERM',
      stdout: 'listeners 1,1,1 false\nready\none\nother\n',
    })
  })

  it('refuses what is no function and no time', () => {
    expect(() => closeOnSignal('close' as never)).toThrow('Expected `close` to be a function')
    expect(() => closeOnSignal(() => {}, { timeoutMs: -1 })).toThrow('Expected `timeoutMs`')
    expect(listeners()).toEqual([0, 0, 0])
  })
})

describe('a program in this process', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    forgetSharedClients()
  })
  afterEach(() => {
    vi.useRealTimers()
    process.exitCode = undefined
  })

  it('closes every client although one fails to, and fails itself', async () => {
    const failing = fakeClient('one')
    const others = [fakeClient('two'), fakeClient('three')]
    vi.spyOn(failing, '$disconnect').mockRejectedValue(new Error('hunter2'))
    const shared = [failing, ...others].map((client) =>
      sharePrisma(() => client, { name: client.$version }),
    )

    const warnings = await warningsOf(() =>
      runScript(() => shared.map((client) => client.$version)),
    )

    expect(failing.$disconnect).toHaveBeenCalledOnce()
    expect(others.map(({ closed }) => closed.count)).toEqual([1, 1])
    expect(process.exitCode).toBe(1)
    expect(warnings.map(({ code }) => code)).toEqual(['ONEPRISMA_DRAIN_FAILED'])
    expect(warnings[0]?.message).not.toContain('hunter2')
  })

  it('refuses another one while it runs, and not after', async () => {
    const { promise, resolve } = deferred<string>()
    const first = runScript(() => promise)

    await expect(runScript(() => {})).rejects.toMatchObject({ code: 'ALREADY_RUNNING' })
    await expect(runWorker(() => ({ stop: () => {} }))).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
    })
    resolve('done')
    await first
    await runScript(() => {})
  })

  it('refuses options before it starts', async () => {
    const main = vi.fn<() => void>()

    await expect(runScript('main' as never)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(runScript(main, { timeoutMs: Number.NaN })).rejects.toThrow('`timeoutMs`')
    await expect(runWorker('start' as never)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(runWorker(main as never, { timeoutMs: -1 })).rejects.toThrow('`timeoutMs`')
    expect(main).not.toHaveBeenCalled()
  })

  it('stays pending once the signal is sent again, for nothing shall follow', async () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
    const after = vi.fn<() => void>()
    const { promise, resolve } = deferred<string>()
    void runScript(() => promise).then(after)

    process.emit('SIGHUP', 'SIGHUP')
    resolve('done')
    await vi.waitFor(() => expect(kill).toHaveBeenCalledOnce())
    await new Promise((done) => setImmediate(done))

    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGHUP')
    expect(after).not.toHaveBeenCalled()
    expect(listeners()).toEqual([0, 0, 0])
    kill.mockRestore()
  })

  it('leaves no listener, and one timer that does not hold the process', async () => {
    const before = process.eventNames().map((name) => [name, process.listenerCount(name)])

    await runScript(() => {
      expect(listeners()).toEqual([1, 1, 1])
    })

    expect(process.eventNames().map((name) => [name, process.listenerCount(name)])).toEqual(before)
    expect(vi.getTimerCount()).toBe(1)
  })
})

function listeners(): number[] {
  return ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => process.listenerCount(signal))
}
