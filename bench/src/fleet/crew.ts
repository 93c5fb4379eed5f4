import { MemberProcess, type Load, type Told, type Way } from './member-process.ts'

/** Processes have come and gone: when that was, and who was there afterwards. */
export interface Change {
  readonly at: number
  readonly present: ReadonlySet<string>
}

/** So many processes of which some end and others take their place. */
export class Crew implements AsyncDisposable {
  readonly changes: Change[] = []
  readonly #size: number
  readonly #env: NodeJS.Dict<string>
  readonly #working = new Set<MemberProcess>()
  /** Those that have started, and wait for their turn. */
  #spare: MemberProcess[] = []
  readonly #all = new Set<MemberProcess>()

  constructor(size: number, env: NodeJS.Dict<string>) {
    this.#size = size
    this.#env = env
    process.once('exit', this.#kill)
  }

  /** What all processes have told so far, added up. */
  get told(): Told {
    const errors: Record<string, number> = {}
    let [answers, refusals] = [0, 0]
    for (const { told } of this.#all) {
      answers += told.answers
      refusals += told.refusals
      for (const [code, count] of Object.entries(told.errors)) {
        errors[code] = (errors[code] ?? 0) + count
      }
    }
    return { answers, errors, refusals }
  }

  /** Starts processes until there are enough beside those that work, a few at a time. */
  async prepare(more: number): Promise<void> {
    const wanted = this.#size - this.#working.size + more
    while (this.#spare.length < wanted) {
      const started = Array.from({ length: Math.min(4, wanted - this.#spare.length) }, () => {
        const one = new MemberProcess(`fleet-bench#${this.#all.size}`, this.#env)
        this.#all.add(one)
        return one.ready()
      })
      this.#spare.push(...(await Promise.all(started)))
    }
  }

  /**
   * Ends so many, `kill` in the middle of their queries and `leave` in good order, and lets processes
   * that wait work, until there are as many as there shall be.
   */
  change(way: Way, load: Load, ending = 0, how: 'kill' | 'leave' = 'leave'): void {
    for (const one of [...this.#working].slice(0, ending)) {
      this.#working.delete(one)
      one[how]()
    }
    const joining = this.#spare.splice(0, this.#size - this.#working.size)
    for (const one of joining) {
      this.#working.add(one)
      one.go(way, load)
    }
    const present = new Set([...this.#working].map(({ name }) => name))
    this.changes.push({ at: performance.now(), present })
  }

  /** Lets all of them pause. */
  rest(): void {
    for (const one of this.#working) one.pause()
    this.#spare.unshift(...this.#working)
    this.#working.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#kill)
    this.#kill()
    await Promise.all([...this.#all].map(({ ended }) => ended))
  }

  readonly #kill = (): void => {
    for (const one of this.#all) one.kill()
  }
}
