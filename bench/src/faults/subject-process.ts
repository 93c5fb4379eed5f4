import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Answer, Call, Load, Outcome, SubjectSettings } from './protocol.ts'

type Question = { readonly call: Call } | { readonly load: Load }

/** A subject, as the bench sees it. */
export class SubjectProcess implements AsyncDisposable {
  readonly settings: SubjectSettings
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (outcomes: readonly Outcome[]) => void>()
  #count = 0
  #errors = ''

  private constructor(settings: SubjectSettings) {
    this.settings = settings
    this.#child = fork(join(import.meta.dirname, 'subject.ts'), {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, NODE_ENV: 'production', FAULT_SUBJECT: JSON.stringify(settings) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    process.once('exit', this.#kill)
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()))
    this.#child.on('message', (message: 'ready' | Answer) => {
      if (message === 'ready') return
      this.#waiting.get(message.no)?.(message.outcomes)
      this.#waiting.delete(message.no)
    })
    // What a dead subject was asked is never answered.
    this.#child.once('exit', () => {
      for (const answer of this.#waiting.values()) answer([])
      this.#waiting.clear()
    })
  }

  static async start(settings: SubjectSettings): Promise<SubjectProcess> {
    const subject = new SubjectProcess(settings)
    const ended = once(subject.#child, 'exit').then(() => {
      throw new Error(`A subject ended before it was ready: ${subject.#errors}`)
    })
    ended.catch(() => {})
    await Promise.race([once(subject.#child, 'message'), ended])
    return subject
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Makes one call; `undefined` if the process died of it. */
  async call(call: Call): Promise<Outcome | undefined> {
    return (await this.#ask({ call }))[0]
  }

  carry(load: Load): Promise<readonly Outcome[]> {
    return this.#ask({ load })
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#kill)
    if (!this.isAlive) return
    const exit = once(this.#child, 'exit')
    this.#kill()
    await exit
  }

  #ask(question: Question): Promise<readonly Outcome[]> {
    if (!this.isAlive) return Promise.resolve([])
    const no = ++this.#count
    return new Promise((resolve) => {
      this.#waiting.set(no, resolve)
      this.#child.send({ no, ...question })
    })
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL')
  }
}
