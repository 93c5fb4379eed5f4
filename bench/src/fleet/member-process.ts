import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** By which way a process reaches the database. */
export type Way = 'fleet' | 'pgbouncer' | 'none'

/** What its queries want of the server: a millisecond or two of work, or next to nothing. */
export type Load = 'work' | 'lookups'

/** What a process has told of itself. */
export interface Told {
  readonly answers: number
  /** Failed queries, by their code. */
  readonly errors: Readonly<Record<string, number>>
  /** Connections that the server refused to the fleet, which waited it out. */
  readonly refusals: number
}

const PROGRAM = join(import.meta.dirname, '../../programs/fleet-member.cjs')

/** A process with a pool of 10, which is told what to do. */
export class MemberProcess {
  /** Its name at the server. */
  readonly name: string
  readonly ended: Promise<unknown>
  told: Told = { answers: 0, errors: {}, refusals: 0 }
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #ready: Promise<unknown>

  constructor(name: string, env: NodeJS.Dict<string>) {
    this.name = name
    this.#child = spawn(process.execPath, [PROGRAM], {
      env: { ...process.env, ...env, PROGRAM_NAME: name },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.ended = once(this.#child, 'exit')
    const lines = createInterface({ input: this.#child.stdout })
    this.#ready = once(lines, 'line')
    lines.on('line', (line) => {
      if (line !== 'ready') this.told = JSON.parse(line)
    })
  }

  /** Waits until it can be told something. */
  async ready(): Promise<this> {
    const ended = this.ended.then(() => {
      throw new Error(`The process ${this.name} ended before it was ready.`)
    })
    await Promise.race([this.#ready, ended])
    return this
  }

  /** Keeps it busy until it is told otherwise. */
  go(way: Way, load: Load): void {
    this.#child.stdin.write(`${way} ${load}\n`)
  }

  pause(): void {
    this.#child.stdin.write('pause\n')
  }

  /** Ends it in good order. */
  leave(): void {
    this.#child.stdin.write('leave\n')
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}
