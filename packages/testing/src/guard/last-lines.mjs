import { createInterface } from 'node:readline'

const KEPT = 20
const SHOWN = 6

/** The last lines that a program has written, for the message of an error. */
export class LastLines {
  /** @type {string[]} */
  #lines = []

  /** @param {...import('node:stream').Readable} streams */
  read(...streams) {
    for (const input of streams) {
      createInterface({ input }).on('line', (line) => this.add(line))
    }
  }

  /** @param {string} line */
  add(line) {
    this.#lines.push(line)
    if (this.#lines.length > KEPT) this.#lines.shift()
  }

  /** @param {string} text */
  include(text) {
    return this.#lines.some((line) => line.includes(text))
  }

  get text() {
    return this.#lines.slice(-SHOWN).join(' | ') || 'none'
  }
}
