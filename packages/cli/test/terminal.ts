import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { BIN, ENV } from './cli-program.ts'

/** Whether there is a `script` that gives a program a terminal, as util-linux has it. */
export const HAS_TERMINAL: boolean =
  process.platform === 'linux' &&
  spawnSync('script', ['-qec', 'test -t 0', '/dev/null'], { stdio: 'ignore' }).status === 0

export const CTRL_C = '\u0003'
export const ENTER = '\r'

const PATIENCE_MS = 20_000

/** The built command on a terminal of its own. */
export class Terminal {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #ended: Promise<number | null>
  #text = ''
  #seen = 0
  #wake: () => void = () => {}

  constructor(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const command = [process.execPath, BIN, ...args].map((arg) => `'${arg}'`).join(' ')
    this.#child = spawn('script', ['-qec', `stty cols 200 rows 50; exec ${command}`, '/dev/null'], {
      cwd,
      env: { ...ENV, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#text += chunk.toString()
        this.#wake()
      })
    }
    this.#ended = once(this.#child, 'close').then(([code]) => {
      this.#wake()
      // `once` does not know what `close` brings.
      return code as number | null
    })
  }

  /** All that was on the screen, without colours and movements. */
  get text(): string {
    return stripVTControlCharacters(this.#text).replaceAll('\r', '')
  }

  get raw(): string {
    return this.#text
  }

  /** Waits until a text is there that was not there at the last wait. */
  async see(wanted: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    const alarm = setTimeout(() => this.#wake(), PATIENCE_MS + 1)
    try {
      await this.#see(wanted, deadline)
    } finally {
      clearTimeout(alarm)
    }
  }

  async #see(wanted: string, deadline: number): Promise<void> {
    for (;;) {
      const at = this.text.indexOf(wanted, this.#seen)
      if (at !== -1) {
        this.#seen = at + wanted.length
        return
      }
      if (this.#child.exitCode !== null || Date.now() > deadline) {
        throw new Error(
          `There is no "${wanted}" (exit code ${this.#child.exitCode}):\n${this.text}`,
        )
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  type(keys: string): void {
    this.#child.stdin.write(keys)
  }

  end(): Promise<number | null> {
    return this.#ended
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}
