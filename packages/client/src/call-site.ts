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
  readonly fileName: string
  readonly lineNumber: number
  readonly columnNumber: number
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
  // oxlint-disable-next-line typescript/unbound-method -- It is put back, never called.
  const { prepareStackTrace } = Error
  try {
    Error.prepareStackTrace = (_, sites) => sites
    const holder: { stack?: NodeJS.CallSite[] } = {}
    Error.captureStackTrace(holder, below)
    const site = holder.stack?.[0]
    const fileName = site?.getScriptNameOrSourceURL()
    return fileName
      ? {
          fileName,
          lineNumber: site?.getLineNumber() ?? 0,
          columnNumber: site?.getColumnNumber() ?? 0,
        }
      : undefined
  } finally {
    if (prepareStackTrace) Error.prepareStackTrace = prepareStackTrace
    else Reflect.deleteProperty(Error, 'prepareStackTrace')
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

  const map = process.getBuiltinModule?.('node:module').findSourceMap(frame.fileName)
  const origin = map?.findOrigin(frame.lineNumber, frame.columnNumber)
  const { fileName, lineNumber, columnNumber } =
    origin !== undefined && 'fileName' in origin ? origin : frame
  const file = fileName.replace('file://', '')
  return {
    text: `${file}:${lineNumber}:${columnNumber}`,
    file: BUNDLE.test(file) ? undefined : file,
  }
}
