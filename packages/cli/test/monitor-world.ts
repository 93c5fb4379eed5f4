import type { Screen, World } from '../src/world.ts'

/** A world whose time passes only while somebody sleeps. */
export class FakeWorld implements World {
  readonly cwd: string
  readonly version = '0.0.0'
  readonly hasColours = false
  readonly canAsk = false
  readonly columns = undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly screen: Screen | undefined
  #now: number
  #onSleep: (now: number) => void | Promise<void> = () => {}
  #onEnd: (() => void) | undefined
  stdout = ''
  stderr = ''

  constructor(
    cwd: string,
    env: Readonly<Record<string, string>>,
    { now = 1_000_000, screen }: { readonly now?: number; readonly screen?: Screen } = {},
  ) {
    this.cwd = cwd
    this.env = env
    this.screen = screen
    this.#now = now
  }

  /** What happens whenever time has passed. */
  set onSleep(listener: (now: number) => void | Promise<void>) {
    this.#onSleep = listener
  }

  readonly out = (text: string): void => {
    this.stdout += text
  }

  readonly err = (text: string): void => {
    this.stderr += text
  }

  readonly now = (): number => this.#now

  readonly sleep = async (ms: number): Promise<void> => {
    this.#now += ms
    await this.#onSleep(this.#now)
  }

  readonly onEnd = (listener: () => void): (() => void) => {
    this.#onEnd = listener
    return () => {
      this.#onEnd = undefined
    }
  }

  /** Whether somebody waits for a signal. */
  get isEndable(): boolean {
    return this.#onEnd !== undefined
  }

  /** What a signal does. */
  end(): void {
    this.#onEnd?.()
  }

  /** A suspended machine: time passes, and nobody is there. */
  skip(ms: number): void {
    this.#now += ms
  }
}
