import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const runtime = fileURLToPath(new URL('fixtures/serverless/runtime.mjs', import.meta.url))

/** A call of the handler. */
export interface Invocation {
  readonly event: { readonly id: string }
  /** How far the clock on the wall has gone since the last one while no timer fired, in milliseconds. */
  readonly passedMs: number
  /** Loads the module of the handler anew. */
  readonly isReloaded?: boolean
}

/** What the handler answered. */
export interface Answer {
  readonly id: string
  readonly isWritten: boolean
  readonly isRead: boolean
}

/** An instance of a serverless function, in a process of its own, that can be frozen. */
export class FrozenFunction {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: AsyncIterator<string>

  private constructor(env: NodeJS.Dict<string>) {
    this.#child = spawn(process.execPath, [runtime], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** Starts an instance: a cold start. */
  static async start(env: NodeJS.Dict<string>): Promise<FrozenFunction> {
    const instance = new FrozenFunction(env)
    await instance.#next()
    return instance
  }

  /** Calls the handler, and returns a function that waits for its answer. */
  call(invocation: Invocation): () => Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(invocation)}\n`)
    // It is what the program prints after each call.
    return async () => (await this.#next()) as Answer
  }

  /** Freezes the process; when this returns, it runs no more. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
    while (!this.#isStopped());
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  #isStopped(): boolean {
    const state = execFileSync('ps', ['-o', 'state=', '-p', String(this.#child.pid)])
    return String(state).trim().startsWith('T')
  }

  async #next(): Promise<unknown> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('The function has ended.')
    return JSON.parse(value)
  }
}
