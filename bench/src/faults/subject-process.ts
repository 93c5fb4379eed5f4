import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Answer, Call, Load, Outcome, SubjectSettings } from './protocol.ts'

/** What a subject began, and what came of it: less, if the process ended meanwhile. */
export interface Answers {
  readonly started: Call[]
  readonly outcomes: Outcome[]
}

type Question = { readonly call: Call } | { readonly load: Load }

/** A subject, as the bench sees it. */
export class SubjectProcess implements AsyncDisposable {
  readonly settings: SubjectSettings
  /** Resolves to the exit code of the process, or to the signal that ended it. */
  readonly ended: Promise<string | number>
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { answers: Answers; done: () => void }>()
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
      const waiting = this.#waiting.get(message.no)
      if ('started' in message) waiting?.answers.started.push(message.started)
      else if ('outcome' in message) waiting?.answers.outcomes.push(message.outcome)
      else waiting?.done()
    })
    // What a dead subject has not answered by now is never answered.
    this.ended = once(this.#child, 'close').then(([code, signal]: unknown[]) => {
      for (const { done } of this.#waiting.values()) done()
      return typeof signal === 'string' ? signal : Number(code)
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
    return (await this.#ask({ call })).outcomes[0]
  }

  carry(load: Load): Promise<Answers> {
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

  async #ask(question: Question): Promise<Answers> {
    const answers: Answers = { started: [], outcomes: [] }
    if (!this.isAlive) return answers
    const no = ++this.#count
    await new Promise<void>((done) => {
      this.#waiting.set(no, { answers, done })
      this.#child.send({ no, ...question })
    })
    this.#waiting.delete(no)
    return answers
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL')
  }
}
