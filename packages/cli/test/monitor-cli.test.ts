import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { BIN, ENV, oneprisma } from './cli-program.ts'
import { parseRecording, type Recording } from '../src/monitor/recording/parse-recording.ts'
import { madeUpHeader, madeUpWindows, recordingOf, STARTED_AT } from './monitor-recordings.ts'
import { plant } from './project-fixture.ts'
import { CTRL_C, HAS_TERMINAL, Terminal } from './terminal.ts'

// A sample at the end of a window may be half a second late, as on a busy machine it is.
const FAST = ['--window', '2s', '--interval', '500ms']
const PATIENCE = { timeout: 20_000, interval: 50 }

let server: EmbeddedPostgres

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

function recordingIn(folder: string): Recording {
  const file = join(folder, 'a.jsonl')
  return parseRecording('a.jsonl', existsSync(file) ? readFileSync(file, 'utf8') : '')
}

async function sessionsOfMonitor(): Promise<number | null> {
  const client = new pg.Client(server.url)
  await client.connect()
  try {
    const { rowCount } = await client.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'oneprisma-monitor'`,
    )
    return rowCount
  } finally {
    await client.end()
  }
}

function windowsIn(folder: string): number {
  const file = join(folder, 'a.jsonl')
  return existsSync(file) ? readFileSync(file, 'utf8').split('"type":"window"').length - 1 : 0
}

describe('oneprisma monitor record, as a process', () => {
  it.each<[signal: NodeJS.Signals]>([['SIGINT'], ['SIGTERM'], ['SIGHUP']])(
    'ends on %s with a complete file and no session left',
    async (signal) => {
      const folder = plant({})
      const child = spawn(
        process.execPath,
        [BIN, 'monitor', 'record', '--out', 'a.jsonl', ...FAST],
        {
          cwd: folder,
          env: { ...ENV, DATABASE_URL: server.url },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      )
      onTestFinished(() => void child.kill('SIGKILL'))
      const output: string[] = []
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => output.push(chunk.toString()))
      }
      const ended = once(child, 'close')
      await expect.poll(() => windowsIn(folder), PATIENCE).toBeGreaterThan(0)

      child.kill(signal)

      expect(await ended).toEqual([0, null])
      expect(readFileSync(join(folder, 'a.jsonl'), 'utf8')).toMatch(/"reason":"signal"\}\n$/)
      expect(recordingIn(folder).windows.length).toBeGreaterThan(0)
      expect(output.join('')).toMatch(/Recorded \d+ windows? in a\.jsonl\.\n$/)
      expect(output.join('') + readFileSync(join(folder, 'a.jsonl'), 'utf8')).not.toContain(
        new URL(server.url).password,
      )
      await expect.poll(sessionsOfMonitor, PATIENCE).toBe(0)
    },
  )

  it('goes on over a restart of the server, with a gap where it was gone', async () => {
    const own = await startPostgres()
    onTestFinished(() => own.stop())
    const folder = plant({})
    const child = spawn(process.execPath, [BIN, 'monitor', 'record', '--out', 'a.jsonl', ...FAST], {
      cwd: folder,
      env: { ...ENV, DATABASE_URL: own.url },
      stdio: 'ignore',
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const last = (): unknown => {
      const { connections, gaps } = recordingIn(folder).windows.at(-1) ?? {}
      return { isSeen: connections !== undefined, codes: gaps?.map(({ code }) => code) }
    }
    await expect.poll(() => windowsIn(folder), PATIENCE).toBeGreaterThan(0)

    await own.halt('immediate')
    await expect.poll(last, PATIENCE).toEqual({ isSeen: false, codes: ['SERVER_UNREACHABLE'] })
    await own.start()

    await expect.poll(last, PATIENCE).toEqual({ isSeen: true, codes: undefined })
  })

  it('ends where nobody reads any more what it prints', () => {
    const { stdout } = spawnSync(
      'bash',
      [
        '-c',
        `"${process.execPath}" "${BIN}" monitor --json ${FAST.join(' ')} | head -2; echo ended`,
      ],
      {
        cwd: plant({}),
        env: { ...ENV, DATABASE_URL: server.url },
        encoding: 'utf8',
        timeout: 25_000,
      },
    )

    expect(stdout).toMatch(/^\{"type":"header".*\n\{"type":"window".*\nended\n$/)
  })

  it('ends by itself, and holds nothing that would keep the process', () => {
    const folder = plant({})

    const { code, stderr } = oneprisma(
      folder,
      ['monitor', 'record', '--out', 'a.jsonl', ...FAST, '--for', '4s'],
      { env: { DATABASE_URL: server.url } },
    )

    expect(code).toBe(0)
    expect(stderr).toMatch(/Recorded 2 windows in a\.jsonl\.\n$/)
    expect(recordingIn(folder).windows).toHaveLength(2)
  })

  it('says why it cannot run, without the URL', () => {
    const url = server.url.replace(/:[^:@]+@/, ':wrong-password@')

    const { code, stdout, stderr } = oneprisma(
      plant({}),
      ['monitor', 'record', '--out', 'a.jsonl'],
      { env: { DATABASE_URL: url } },
    )

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^SOURCE_FAILED: The database cannot be asked: password authentication/)
    expect(stderr).not.toContain('wrong-password')
  })
})

// Needs `script` of util-linux.
describe.skipIf(!HAS_TERMINAL)('oneprisma monitor on a terminal', () => {
  function open(args: readonly string[], env: Readonly<Record<string, string>> = {}): Terminal {
    const terminal = new Terminal(plant({}), args, { DATABASE_URL: server.url, ...env })
    onTestFinished(() => terminal.kill())
    return terminal
  }

  it('shows what goes on, and gives the cursor back on Ctrl-C', async () => {
    const terminal = open(['monitor', ...FAST])

    await terminal.see('oneprisma monitor  watching')
    await terminal.see('of 97')
    await terminal.see('last window of 2 s')
    terminal.type(CTRL_C)

    expect(await terminal.end()).toBe(0)
    const [hidden, shown] = ['\u001B[?25l', '\u001B[?25h'].map((each) =>
      terminal.raw.lastIndexOf(each),
    )
    expect(hidden).toBeGreaterThan(-1)
    expect(shown).toBeGreaterThan(hidden ?? Infinity)
  })

  it('draws while it records', async () => {
    const terminal = open(['monitor', 'record', '--out', 'a.jsonl', ...FAST, '--for', '4s'])

    await terminal.see('recording a.jsonl')
    await terminal.see('of 2 windows')
    await terminal.see('Recorded 2 windows in a.jsonl.')

    expect(await terminal.end()).toBe(0)
    expect(terminal.raw).toContain('\u001B[1m')
  })

  it('prints lines where it is told to, or where the terminal cannot draw', async () => {
    const plain = open(['monitor', ...FAST, '--for', '2s', '--plain'])
    const dumb = open(['monitor', ...FAST, '--for', '2s'], { TERM: 'dumb' })

    for (const terminal of [plain, dumb]) {
      await terminal.see('connections 0, at most 0')
      expect(await terminal.end()).toBe(0)
      expect(terminal.raw).not.toContain('\u001B[')
    }
  })

  it('has no colours where nobody wants them', async () => {
    const terminal = open(['monitor', ...FAST, '--for', '2s'], { NO_COLOR: '1' })

    await terminal.see('last window')
    await terminal.end()

    // oxlint-disable-next-line no-control-regex -- colours are these
    expect(terminal.raw).not.toMatch(/\u001B\[\d+m/)
  })
})

describe('oneprisma monitor compare, as a process', () => {
  const FILES = {
    'b.jsonl': recordingOf(madeUpHeader(), ...madeUpWindows({ windows: 60 })),
    'few.jsonl': recordingOf(
      madeUpHeader(),
      ...madeUpWindows({ windows: 3, startedAt: STARTED_AT + 3_600_000 }),
    ),
  }

  it('ends with 2 where there is no verdict, with the result on stdout', () => {
    const { code, stdout, stderr } = oneprisma(plant(FILES), [
      'monitor',
      'compare',
      'b.jsonl',
      'few.jsonl',
      '--json',
    ])

    expect([code, stderr]).toEqual([2, ''])
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'refused', exitCode: 2 })
  })

  it('has colours where they are wanted', () => {
    const args = ['monitor', 'compare', 'b.jsonl', 'few.jsonl']

    const { stdout } = oneprisma(plant(FILES), args, { env: { FORCE_COLOR: '1' } })

    expect(stdout).toContain('\u001B[33mNo verdict')
  })
})

describe('help of oneprisma monitor', () => {
  const helpOf = (...names: readonly string[]): string =>
    oneprisma(plant({}), [...names, '--help']).stdout
  const page = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')

  it.each(['monitor', 'monitor record', 'monitor compare', 'monitor mark'])(
    'is that of %s',
    (name) => {
      expect(helpOf(...name.split(' '))).toMatch(/^Usage: oneprisma monitor \[sources\]/)
    },
  )

  it('has every flag that docs/cli.md has, and no other', () => {
    const [, section = ''] = /^## monitor\n(.*?)^## /ms.exec(page) ?? []
    const flagsIn = (text: string): string[] =>
      [...new Set([...text.matchAll(/--[a-z-]+/g)].map(([flag]) => flag))].toSorted()
    const rows = section.split('\n').filter((line) => line.startsWith('| `'))

    expect(flagsIn(rows.map((row) => row.split('|')[1]).join(' '))).toEqual(
      flagsIn(helpOf('monitor')),
    )
  })

  it('is told of what is wrong', () => {
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'monitor', 'compare', '--fix'], {
      encoding: 'utf8',
      env: ENV,
    })

    expect(status).toBe(2)
    expect(stderr).toMatch(/^USAGE: Unknown option '--fix'\.\n\nUsage: oneprisma monitor /)
  })
})
