import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { generatePrismaClient } from '@oneprisma/testing'
import { ENV } from './cli-program.ts'

const MODULES = dirname(dirname(fileURLToPath(import.meta.resolve('prisma/package.json'))))
const TSX = pathToFileURL(join(MODULES, 'tsx/dist/loader.mjs')).href
const PROGRAM = join(import.meta.dirname, 'fixtures/monitor-app.ts')

const SCHEMA = `generator typescript {
  provider = "prisma-client"
  output   = "./generated/prisma"
}

datasource db {
  provider = "postgresql"
}

model Note {
  id   Int    @id @default(autoincrement())
  text String
}
`

/** What scrapes need to be answered. */
export const METRICS_TOKEN = 'token-of-the-tests'

export interface AppOptions {
  readonly release: string
  /** Shared clients, each with a pool of its own. */
  readonly clients: number
  /** Of the metrics; any that is free unless it is given. */
  readonly port?: number
}

/** A generated client, for apps to share. */
export class Shop implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'oneprisma-monitor-'))

  static async create(): Promise<Shop> {
    const shop = new Shop()
    symlinkSync(MODULES, join(shop.folder, 'node_modules'))
    writeFileSync(join(shop.folder, 'schema.prisma'), SCHEMA)
    writeFileSync(join(shop.folder, 'package.json'), '{ "private": true, "type": "module" }')
    await generatePrismaClient({ cwd: shop.folder, schema: 'schema.prisma' })
    return shop
  }

  /** Starts a process of a release with some clients, and waits until its metrics can be read. */
  async start(
    databaseUrl: string,
    { release, clients, port = 0 }: AppOptions,
  ): Promise<RunningApp> {
    const child = spawn(
      process.execPath,
      ['--import', TSX, PROGRAM, this.folder, release, String(clients), String(port)],
      {
        env: { ...ENV, DATABASE_URL: databaseUrl, METRICS_TOKEN },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    for await (const line of createInterface({ input: child.stdout })) {
      const [, own] = /^ready (\d+)$/.exec(line) ?? []
      if (own !== undefined) return new RunningApp(child, Number(own))
    }
    throw new Error(`The app ended with ${child.exitCode} before it was ready.`)
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export class RunningApp implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly port: number

  constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.#ended = once(child, 'exit')
    this.port = port
  }

  get metrics(): string {
    return `http://127.0.0.1:${this.port}/metrics`
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#child.kill(signal)
    await this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.stop('SIGKILL')
  }
}
