import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { OPERATIONS } from '../src/monitor/app/read-app.ts'
import { parseRecording, type Recording } from '../src/monitor/recording/parse-recording.ts'
import { monitor } from '../src/commands/monitor.ts'
import { FakeWorld } from './monitor-world.ts'
import { madeUpHeader, madeUpWindows, recordingOf } from './monitor-recordings.ts'
import { plant } from './project-fixture.ts'

/** An app whose counters are set by the test. */
class App {
  readonly #server: Server
  count = 0
  connections = 2
  isDown = false

  constructor() {
    this.#server = createServer((_, response) => {
      if (this.isDown) response.destroy()
      else response.end(this.#metrics())
    })
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    onTestFinished(() => {
      this.#server.closeAllConnections()
      this.#server.close()
    })
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('There is no port.')
    return `http://me:metrics-password@127.0.0.1:${address.port}/metrics?token=secret`
  }

  #metrics(): string {
    return `${OPERATIONS}_bucket{le="0.01"} ${this.count}
${OPERATIONS}_bucket{le="+Inf"} ${this.count}
${OPERATIONS}_sum ${this.count * 0.004}
db_client_connection_count ${this.connections}
`
  }
}

async function appWith(world: FakeWorld, each: (app: App, now: number) => void): Promise<string> {
  const app = new App()
  world.onSleep = (now) => each(app, now)
  return app.listen()
}

function recordingIn(world: FakeWorld, path: string): Recording {
  return parseRecording(path, readFileSync(join(world.cwd, path), 'utf8'))
}

describe('monitor record', () => {
  it('records as long as it is told to, from whole window to whole window', async () => {
    const world = new FakeWorld(plant({}), {}, { now: 1_003_210 })
    const url = await appWith(world, (app) => (app.count += 10))

    const code = await monitor(
      ['record', '--out', 'a.jsonl', '--metrics', url, '--for', '35s', '--mark', 'A/A'],
      world,
    )

    const { headers, windows, marks } = recordingIn(world, 'a.jsonl')
    expect(code).toBe(0)
    expect(headers[0]).toMatchObject({
      windowMs: 10_000,
      measures: { connections: 'apps', operations: 'apps', histogram: OPERATIONS },
      blind: [expect.objectContaining({ code: 'NO_SERVER' })],
    })
    expect(marks).toEqual([{ type: 'mark', at: 1_003_210, text: 'A/A' }])
    expect(
      windows.map(({ startedAt, operations, connections, latency }) => [
        startedAt,
        operations,
        connections,
        latency?.mean,
      ]),
    ).toEqual([
      [1_010_000, 100, { mean: 2, max: 2 }, 4],
      [1_020_000, 100, { mean: 2, max: 2 }, 4],
      [1_030_000, 100, { mean: 2, max: 2 }, 4],
    ])
    expect(world.now()).toBe(1_040_000)
    expect(world.stderr).toMatch(
      /^NO_SERVER: .*\n(\d\d:\d\d:\d\dZ {2}connections 2, at most 2; .*\n){3}Recorded 3 windows in a\.jsonl\.\n$/,
    )
    expect(world.stdout).toBe('')
    expect(world.isEndable).toBe(false)
  })

  it('keeps no secret, in the file or on the terminal', async () => {
    const world = new FakeWorld(plant({}), {})
    const url = await appWith(world, (app, now) => {
      app.isDown = now > 1_012_000
    })

    await monitor(['record', '--out', 'a.jsonl', '--metrics', url, '--for', '20s'], world)

    const all = world.stderr + readFileSync(join(world.cwd, 'a.jsonl'), 'utf8')
    expect(all).toContain('SCRAPE_FAILED')
    expect(all).not.toMatch(/secret|password|token=/)
  })

  it('leaves out what a scrape could not see, and goes on', async () => {
    const world = new FakeWorld(plant({}), {})
    const url = await appWith(world, (app, now) => {
      app.count += 10
      app.isDown = now === 1_020_000
    })

    await monitor(['record', '--out', 'a.jsonl', '--metrics', url, '--for', '40s'], world)

    expect(recordingIn(world, 'a.jsonl').windows.map(({ operations }) => operations)).toEqual([
      100,
      undefined,
      undefined,
      100,
    ])
  })

  it('has no operations where there is no histogram of them, which is not none', async () => {
    const world = new FakeWorld(plant({}), {})
    const url = await appWith(world, (app) => (app.count += 10))
    const flags = ['--metrics', url, '--for', '10s', '--histogram', 'http_seconds']

    await monitor(['record', '--out', 'a.jsonl', ...flags], world)

    const [window] = recordingIn(world, 'a.jsonl').windows
    expect(window?.operations).toBeUndefined()
    expect(window?.connections).toEqual({ mean: 2, max: 2 })
  })

  it('ends on a signal with what is complete, and a line that says so', async () => {
    const world = new FakeWorld(plant({}), {})
    const url = await appWith(world, (_, now) => {
      if (now === 1_024_000) world.end()
    })

    const code = await monitor(['record', '--out', 'a.jsonl', '--metrics', url], world)

    const text = readFileSync(join(world.cwd, 'a.jsonl'), 'utf8')
    expect(code).toBe(0)
    expect(recordingIn(world, 'a.jsonl').windows).toHaveLength(2)
    expect(text).toMatch(/\{"type":"end","at":1024000,"reason":"signal"\}\n$/)
    expect(world.isEndable).toBe(false)
  })

  it('shows that the machine slept', async () => {
    const world = new FakeWorld(plant({}), {})
    const url = await appWith(world, (_, now) => {
      if (now === 1_013_000) world.skip(3_600_000)
      if (now > 4_640_000) world.end()
    })

    await monitor(['record', '--out', 'a.jsonl', '--metrics', url], world)

    const { gaps, windows } = recordingIn(world, 'a.jsonl')
    expect(gaps).toEqual([
      expect.objectContaining({
        startedAt: 1_010_000,
        durationMs: 3_603_000,
        code: 'MONITOR_LATE',
      }),
    ])
    expect(windows.map(({ startedAt }) => startedAt)).toEqual([1_000_000, 4_620_000, 4_630_000])
  })

  it('goes on with a recording that is there, torn as it may be', async () => {
    const world = new FakeWorld(plant({}), {})
    const url = await appWith(world, () => {})
    const flags = ['record', '--out', 'a.jsonl', '--metrics', url, '--for', '20s']
    await monitor(flags, world)
    const file = join(world.cwd, 'a.jsonl')
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20))

    await monitor(flags, world)

    const { headers, windows } = recordingIn(world, 'a.jsonl')
    expect([headers.length, windows.length]).toEqual([2, 4])
    expect(world.stderr).toContain('Going on with a.jsonl, which has 2 windows.\n')
  })

  it.each<[what: string, flags: string[]]>([
    ['another length of windows', ['--window', '5s']],
    ['another histogram', ['--histogram', 'http_seconds']],
  ])('does not mix windows with those of %s', async (_, flags) => {
    const world = new FakeWorld(plant({}), {})
    const url = await appWith(world, () => {})
    const all = ['record', '--out', 'a.jsonl', '--metrics', url, '--for', '10s']
    await monitor(all, world)
    const before = readFileSync(join(world.cwd, 'a.jsonl'), 'utf8')

    await expect(monitor([...all, ...flags], world)).rejects.toMatchObject({
      code: 'RECORDINGS_DIFFER',
    })
    expect(readFileSync(join(world.cwd, 'a.jsonl'), 'utf8')).toBe(before)
  })

  it('does not write into a file that is no recording', async () => {
    const world = new FakeWorld(plant({ 'a.jsonl': '{"name":"precious"}\n' }), {})
    const url = await appWith(world, () => {})

    await expect(
      monitor(['record', '--out', 'a.jsonl', '--metrics', url, '--for', '10s'], world),
    ).rejects.toMatchObject({ code: 'RECORDING_INVALID' })
    expect(readFileSync(join(world.cwd, 'a.jsonl'), 'utf8')).toBe('{"name":"precious"}\n')
  })

  it('prints the lines instead where nothing is to be kept', async () => {
    const world = new FakeWorld(plant({}), {})
    const url = await appWith(world, (app) => (app.count += 10))

    const code = await monitor(['--metrics', url, '--for', '20s', '--json'], world)

    const types = parseRecording('stdout', world.stdout).windows.map(({ type }) => type)
    expect(code).toBe(0)
    expect(types).toEqual(['window', 'window'])
    expect(world.stderr).toMatch(/^NO_SERVER: .*\n$/)
  })

  it('takes the URL of the database from .env, where the environment has none', async () => {
    const env = 'DATABASE_URL="postgres://me:the-password@127.0.0.1:1/shop"\n'
    const world = new FakeWorld(plant({ '.env': env }), {})

    const refused = monitor(['record', '--out', 'a.jsonl'], world)

    await expect(refused).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: expect.stringMatching(/^The database cannot be asked: ECONNREFUSED\./),
    })
  })

  it.each<[what: string, args: string[], code: string, message: RegExp]>([
    ['no source', ['--out', 'a'], 'SOURCE_MISSING', /DATABASE_URL is not set/],
    ['no variable', ['--out', 'a', '--url-env', 'NONE'], 'SOURCE_MISSING', /NONE is not set/],
    ['no file', [], 'USAGE', /nowhere to record to/],
    [
      'no URL of PostgreSQL',
      ['--out', 'a', '--url-env', 'MYSQL'],
      'SOURCE_FAILED',
      /MYSQL cannot be/,
    ],
    ['no duration', ['--out', 'a', '--for', '10'], 'USAGE', /--for takes a duration/],
    [
      'a window that is no multiple',
      ['--out', 'a', '--interval', '3s'],
      'USAGE',
      /--window has to be/,
    ],
    [
      'an interval that is too short',
      ['--out', 'a', '--interval', '10ms'],
      'USAGE',
      /100ms at the/,
    ],
    ['a time that is too short', ['--out', 'a', '--for', '5s'], 'USAGE', /as long as a window/],
    [
      'arms that are not told apart',
      ['--out', 'a', '--arm', 'x', '--arm', 'y'],
      'USAGE',
      /add --by/,
    ],
    [
      'an arm without a name',
      ['--out', 'a', '--arm', '=v1', '--by', 'release'],
      'USAGE',
      /--arm takes/,
    ],
    ['something else', ['--out', 'a', 'b'], 'USAGE', /"b" is too many/],
    [
      'metrics that nobody has',
      ['--out', 'a', '--metrics', 'http://127.0.0.1:2/'],
      'SOURCE_FAILED',
      /No metrics can be read: 127\.0\.0\.1:2\/: ECONNREFUSED/,
    ],
  ])('refuses %s, without a secret', async (what, args, code, message) => {
    const env = {
      MYSQL: 'mysql://me:the-password@h/d',
      ...(what.startsWith('no source') || what.startsWith('metrics')
        ? {}
        : { DATABASE_URL: 'postgres://me:the-password@127.0.0.1:2/d' }),
    }

    const refused = monitor(['record', ...args], new FakeWorld(plant({}), env))

    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    await expect(refused).rejects.not.toThrow(/the-password/)
  })
})

describe('monitor mark', () => {
  it('appends a moment to a recording', async () => {
    const text = recordingOf(madeUpHeader(), ...madeUpWindows({ windows: 1 }))
    const world = new FakeWorld(plant({ 'a.jsonl': text }), {}, { now: 42_000 })

    const code = await monitor(['mark', 'a.jsonl', 'deploy\nv2'], world)

    expect(code).toBe(0)
    expect(recordingIn(world, 'a.jsonl').marks).toEqual([
      { type: 'mark', at: 42_000, text: 'deploy v2' },
    ])
    expect(world.stderr).toBe('Marked: deploy v2\n')
  })

  it.each([
    ['what is no recording', ['b.json', 'x'], 'RECORDING_INVALID'],
    ['what is not there', ['c.jsonl', 'x'], 'RECORDING_INVALID'],
    ['nothing', [], 'USAGE'],
    ['a text of several arguments', ['a.jsonl', 'x', 'y'], 'USAGE'],
  ])('refuses to mark %s', async (_, args, code) => {
    const world = new FakeWorld(plant({ 'b.json': '{}\n' }), {})

    await expect(monitor(['mark', ...args], world)).rejects.toMatchObject({ code })
  })
})
