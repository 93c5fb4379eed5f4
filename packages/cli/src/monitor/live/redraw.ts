import { styleText } from 'node:util'
import { displayWidth } from '../../report/display-width.ts'
import type { Colour } from '../../report/paint.ts'
import type { Screen } from '../../world.ts'

/** A piece of a line, in one colour. */
export interface Piece {
  readonly text: string
  readonly colour?: Colour
}

export type FrameLine = readonly Piece[]

const HIDE_CURSOR = '\u001B[?25l'
const SHOW_CURSOR = '\u001B[?25h'
const ERASE_LINE_END = '\u001B[K'
const ERASE_BELOW = '\u001B[J'
const CLEAR = '\u001B[2J\u001B[H'

/** Draws frames in the same place, each in one write and over the last one, so that nothing flickers. */
export class Redraw {
  readonly #screen: Screen
  #height = 0
  #size = ''

  constructor(screen: Screen) {
    this.#screen = screen
  }

  draw(lines: readonly FrameLine[]): void {
    const { columns, rows } = this.#screen
    const start = this.#toStart()
    // The last column stays free, since some terminals wrap there; the last row is for the cursor.
    const shown = lines.slice(0, Math.max(1, rows - 1))
    const text = shown.map((line) => `${this.#textOf(line, columns - 1)}${ERASE_LINE_END}\n`)
    this.#screen.write(`${HIDE_CURSOR}${start}${text.join('')}${ERASE_BELOW}`)
    this.#height = shown.length
  }

  /** Leaves the last frame where it is, and the cursor below it. */
  end(): void {
    if (this.#height > 0) this.#screen.write(SHOW_CURSOR)
    this.#height = 0
  }

  /** Moves to where the last frame began. A terminal of another size has wrapped it elsewhere. */
  #toStart(): string {
    const { columns, rows } = this.#screen
    const size = `${columns}x${rows}`
    const isResized = this.#size !== '' && this.#size !== size
    this.#size = size
    if (this.#height === 0) return ''
    return isResized ? CLEAR : `\r\u001B[${this.#height}A`
  }

  #textOf(line: FrameLine, columns: number): string {
    let room = columns
    return line
      .map(({ text, colour }) => {
        const cut = cutTo(text, room)
        room -= displayWidth(cut)
        if (colour === undefined || !this.#screen.hasColours) return cut
        return styleText(colour, cut, { validateStream: false })
      })
      .join('')
  }
}

function cutTo(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  let cut = ''
  let width = 0
  for (const sign of text) {
    width += displayWidth(sign)
    if (width > columns) break
    cut += sign
  }
  return cut
}
