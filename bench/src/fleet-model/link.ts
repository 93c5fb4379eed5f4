import type { Clock } from './clock.ts'

/** What lies between a process and the server, and whether the process runs at all. */
export class Link {
  isDead = false
  isFrozen = false
  isCut = false
  readonly #clock: Pick<Clock, 'after'>
  readonly #halfMs: number
  readonly #toServer: Array<() => void> = []
  readonly #toProcess: Array<() => void> = []
  readonly #undone: Array<() => void> = []

  constructor(clock: Pick<Clock, 'after'>, roundTripMs: number) {
    this.#clock = clock
    this.#halfMs = roundTripMs / 2
  }

  /** Whether the process neither runs nor is heard. */
  get isSilent(): boolean {
    return this.isDead || this.isFrozen || this.isCut
  }

  /** Lets something happen at the server; after the cut, where there is one. */
  send(run: () => void): void {
    if (this.isCut) this.#toServer.push(run)
    else this.#clock.after(this.#halfMs, run)
  }

  /** Lets something happen in the process that the server has told it. */
  reply(run: () => void): void {
    if (this.isCut) this.#toProcess.push(run)
    else this.#clock.after(this.#halfMs, () => this.inProcess(run))
  }

  /** Lets something happen in the process, once it runs again. */
  inProcess(run: () => void): void {
    if (this.isDead) return
    if (this.isFrozen) this.#undone.push(run)
    else run()
  }

  /** Lets something happen in the process after a while. */
  later(ms: number, run: () => void): { cancel(): void } {
    return this.#clock.after(ms, () => this.inProcess(run))
  }

  thaw(): void {
    this.isFrozen = false
    for (const run of this.#undone.splice(0)) this.inProcess(run)
  }

  heal(): void {
    this.isCut = false
    for (const run of this.#toServer.splice(0)) this.send(run)
    for (const run of this.#toProcess.splice(0)) this.reply(run)
  }
}
