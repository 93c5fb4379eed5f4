import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parseRecording, type Recording } from '../src/monitor/recording/parse-recording.ts'
import { BIN, ENV, oneprisma } from './cli-program.ts'
import { METRICS_TOKEN, Shop, type AppOptions, type RunningApp } from './monitor-shop.ts'
import { plant } from './project-fixture.ts'

const WINDOWS = 22
const PATIENCE = { timeout: 120_000, interval: 250 }

let server: EmbeddedPostgres
let shop: Shop

beforeAll(async () => {
  ;[server, shop] = await Promise.all([startPostgres(), Shop.create()])
  const client = new pg.Client(server.url)
  await client.connect()
  await client.query('CREATE TABLE "Note" (id serial PRIMARY KEY, text text NOT NULL)')
  await client.end()
}, 120_000)
afterAll(async () => {
  await server?.stop()
  shop?.[Symbol.dispose]()
})

async function start(options: AppOptions): Promise<RunningApp> {
  const app = await shop.start(server.url, options)
  onTestFinished(() => app[Symbol.asyncDispose]())
  return app
}

function recordingIn(folder: string): Recording {
  return parseRecording('run.jsonl', readFileSync(join(folder, 'run.jsonl'), 'utf8'))
}

/** How many windows of an arm have been recorded in which the apps were seen. */
function countWindows(folder: string, arm?: string): number {
  if (!existsSync(join(folder, 'run.jsonl'))) return 0
  return recordingIn(folder).windows.filter(
    (window) => window.arm === arm && window.operations !== undefined,
  ).length
}

interface Recorder {
  readonly folder: string
  readonly stop: () => Promise<string>
}

function record(apps: readonly RunningApp[], ...flags: readonly string[]): Recorder {
  const folder = plant({})
  const metrics = apps.flatMap(({ metrics: url }) => ['--metrics', url])
  const sampling = ['--window', '500ms', '--interval', '100ms', '--app', 'shop']
  const token = ['--metrics-token-env', 'METRICS_TOKEN']
  const child = spawn(
    process.execPath,
    [BIN, 'monitor', 'record', '--out', 'run.jsonl', ...sampling, ...token, ...metrics, ...flags],
    {
      cwd: folder,
      env: { ...ENV, DATABASE_URL: server.url, METRICS_TOKEN },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  }
  const ended = once(child, 'close')
  return {
    folder,
    stop: async () => {
      child.kill('SIGINT')
      await ended
      return output.join('')
    },
  }
}

interface Told {
  readonly verdict: string
  readonly metrics: ReadonlyArray<{
    readonly metric: string
    readonly verdict: string
    readonly before: number
    readonly after: number
  }>
}

function connectionsIn({ metrics }: Told): Told['metrics'][number] | undefined {
  return metrics.find(({ metric }) => metric === 'connections')
}

describe('a rollout', () => {
  it('is found out where the new release opens one more pool', async () => {
    const old = [
      await start({ release: 'v1', clients: 1 }),
      await start({ release: 'v1', clients: 1 }),
    ]
    const { folder, stop } = record(old)
    await expect.poll(() => countWindows(folder), PATIENCE).toBeGreaterThan(WINDOWS)

    expect(oneprisma(folder, ['monitor', 'mark', 'run.jsonl', 'deploy v2']).code).toBe(0)
    for (const app of old) {
      await app.stop()
      await start({ release: 'v2', clients: 2, port: app.port })
    }
    const seen = countWindows(folder)
    await expect.poll(() => countWindows(folder), PATIENCE).toBeGreaterThan(seen + 1)
    expect(oneprisma(folder, ['monitor', 'mark', 'run.jsonl', 'done']).code).toBe(0)
    await expect.poll(() => countWindows(folder), PATIENCE).toBeGreaterThan(seen + WINDOWS + 3)
    const output = await stop()

    const { marks, windows } = recordingIn(folder)
    expect(marks.map(({ text }) => text)).toEqual(['deploy v2', 'shop@v2 connects', 'done'])
    expect(windows.at(-1)?.groups).toEqual({ 'shop@v2': { mean: 8, max: 8 } })
    expect(windows.flatMap(({ gaps = [] }) => gaps).map(({ code }) => code)).toContain(
      'SCRAPE_FAILED',
    )

    const args = [
      'monitor',
      'compare',
      'run.jsonl',
      '--split',
      'deploy v2,done',
      '--html',
      'r.html',
    ]
    const { code, stdout } = oneprisma(folder, [...args, '--json'])
    // What it prints, as it is documented.
    const told = JSON.parse(stdout) as Told
    expect(connectionsIn(told)).toMatchObject({ before: 4, after: 8, verdict: 'worse' })
    expect([told.verdict, code]).toEqual(['regression', 1])

    const page = readFileSync(join(folder, 'r.html'), 'utf8')
    const all = [output, stdout, page, readFileSync(join(folder, 'run.jsonl'), 'utf8')].join('\n')
    expect(all).not.toContain(new URL(server.url).password)
    expect(all).not.toContain(METRICS_TOKEN)
    expect(all).not.toContain('postgresql://')
  }, 240_000)

  it('is found out by a canary, which is one process of three', async () => {
    const apps = [
      await start({ release: 'v1', clients: 1 }),
      await start({ release: 'v1', clients: 1 }),
      await start({ release: 'v2', clients: 2 }),
    ]
    const { folder, stop } = record(
      apps,
      '--by',
      'release',
      '--arm',
      'stable=v1',
      '--arm',
      'canary=v2',
    )
    await expect.poll(() => countWindows(folder, 'canary'), PATIENCE).toBeGreaterThan(WINDOWS)
    await stop()

    const args = ['monitor', 'compare', 'run.jsonl', '--arms', 'stable,canary', '--json']
    const { code, stdout } = oneprisma(folder, args)

    // What it prints, as it is documented.
    const told = JSON.parse(stdout) as Told
    expect(told).toMatchObject({ design: 'interleaved', causal: true, verdict: 'regression' })
    expect(connectionsIn(told)).toMatchObject({ before: 2, after: 4, verdict: 'worse' })
    expect(code).toBe(1)
  }, 240_000)
})
