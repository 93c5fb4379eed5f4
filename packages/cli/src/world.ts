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
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds of the epoch. */
  readonly now: () => number
  /** Resolves after some milliseconds, or as soon as it is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /**
   * Calls back, once, on the first signal that asks for an end, or when nobody reads the results any
   * more. A second signal ends the program.
   */
  readonly onEnd: (listener: () => void) => () => void
  /** What can be drawn on while it goes on; undefined where stderr is no terminal. */
  readonly screen: Screen | undefined
}

/** A terminal whose text can be replaced: that of stderr, so that results are left alone. */
export interface Screen {
  readonly columns: number
  readonly rows: number
  readonly hasColours: boolean
  readonly write: (text: string) => void
}
