/** A place in the user's code, as far as it can be told. */
export interface CallSite {
  /** `file:line:column`, in the source where a source map says so. */
  readonly text: string
  /**
   * The source file, or `undefined` where only a bundle of many modules is known. Two call sites can
   * be told apart by it only if both have one.
   */
  readonly file: string | undefined
}

/** A place as the engine knows it, before any source map. */
export interface Frame {
  readonly file: string
  readonly line: number
  readonly column: number
}

// What a bundler writes holds many modules, under names that say nothing.
const BUNDLE = /[\\/](?:\.next|\.nuxt|\.output|\.svelte-kit|dist|build)[\\/]|^webpack-internal:/

/**
 * Finds the place that called the function `below`.
 *
 * The engine's own record is read, not the text of a stack: frameworks rewrite that text, some of
 * them with source maps applied and some without.
 *
 * @internal
 */
export function frameAbove(below: (...args: never[]) => unknown): Frame | undefined {
  const previous = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
  try {
    Error.prepareStackTrace = (_, sites) => sites
    const holder: { stack?: NodeJS.CallSite[] } = {}
    Error.captureStackTrace(holder, below)
    const site = holder.stack?.[0]
    const file = site?.getScriptNameOrSourceURL()
    if (site === undefined || !file) return undefined
    return { file, line: site.getLineNumber() ?? 0, column: site.getColumnNumber() ?? 0 }
  } finally {
    Reflect.deleteProperty(Error, 'prepareStackTrace')
    if (previous !== undefined) Object.defineProperty(Error, 'prepareStackTrace', previous)
  }
}

/**
 * Follows the source map of a place, if the process has it at hand (`next dev` does, with both
 * bundlers). Looking up a map takes time: ask only when the answer is needed.
 *
 * @internal
 */
export function callSiteOf(frame: Frame | undefined): CallSite {
  if (frame === undefined) return { text: 'unknown place', file: undefined }

  const map = process.getBuiltinModule?.('node:module').findSourceMap(frame.file)
  const origin = map?.findOrigin(frame.line, frame.column)
  const isMapped = origin !== undefined && 'fileName' in origin
  const file = (isMapped ? origin.fileName : frame.file).replace('file://', '')
  const [line, column] = isMapped
    ? [origin.lineNumber, origin.columnNumber]
    : [frame.line, frame.column]
  return { text: `${file}:${line}:${column}`, file: BUNDLE.test(file) ? undefined : file }
}
