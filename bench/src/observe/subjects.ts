import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const PROGRAM = join(import.meta.dirname, 'subject.ts')

/** A process that measures one variant when it is told to. */
export class Subject {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
    process.once('exit', this.#kill)
  }

  static async start(
    variant: string,
    folder: string,
    url: string,
    program: string = PROGRAM,
  ): Promise<Subject> {
    const child = fork(program, [variant, folder, url], {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const subject = new Subject(child)
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error(`The subject of "${variant}" ended before it was ready.`)
      }),
    ])
    return subject
  }

  /** Microseconds of one query, or of what a program with several kinds calls `kind`, over a round. */
  async round(kind: string = 'round'): Promise<number> {
    const answer = once(this.#child, 'message')
    this.#child.send(kind)
    // A subject answers a round with this shape.
    const [{ us }] = (await answer) as [{ us: number }]
    return us
  }

  async end(): Promise<void> {
    process.off('exit', this.#kill)
    if (this.#child.exitCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.send('end')
    await exit
  }

  readonly #kill = (): void => void this.#child.kill('SIGKILL')
}
