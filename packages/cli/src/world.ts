/** What a command may touch beside the files below its root. */
export interface World {
  readonly cwd: string
  readonly version: string
  /** Results. */
  readonly out: (text: string) => void
  /** Progress, warnings and errors. */
  readonly err: (text: string) => void
  /** Whether a person reads the results in colours. */
  readonly hasColours: boolean
  /** Whether a person can be asked. */
  readonly canAsk: boolean
  /** The width of the terminal in columns; undefined where there is none. */
  readonly columns: number | undefined
}
