import type { FrameLine, Piece } from './redraw.ts'
import { sparkline } from './sparkline.ts'

export interface RowOptions {
  /** What is shown as bars. */
  readonly values?: ReadonlyArray<number | undefined>
  /** The value of a full bar; the greatest of the values if there is none. */
  readonly top?: number
  readonly colour?: Piece['colour']
}

/** A name, a figure, and bars in what is left; on a narrow terminal there are none. */
export function row(
  name: string,
  figure: string,
  width: number,
  options: RowOptions = {},
): FrameLine {
  const { values = [], top, colour } = options
  const nameWidth = Math.max(8, Math.min(28, width - 15))
  const cut = name.length > nameWidth ? `${name.slice(0, nameWidth - 1)}…` : name.padEnd(nameWidth)
  const bars = sparkline(values, Math.min(60, width - nameWidth - 18), top)
  return [
    { text: cut },
    { text: figure.padStart(14), ...(colour !== undefined && { colour }) },
    { text: `  ${bars}`, colour: 'cyan' },
  ]
}
