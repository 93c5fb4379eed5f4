import type { SourceOrigin } from 'node:module'

/** A place in the user's code, as far as it can be told. */
export interface CallSite {
  /** `file:line:column`, in the source where a source map says so, else as the engine prints it. */
  readonly text: string
  /**
   * The source file, or `undefined` where the engine names a bundle of many modules. Two call sites
   * can be told apart by it only if both have one.
   */
  readonly file: string | undefined
}

/**
 * Returns the engine's words for the place that called the function `below`.
 *
 * @internal
 */
export function frameAbove(below: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, below)
  return holder.stack?.split('\n').find((line) => /^\s+at /.test(line)) ?? ''
}

/**
 * Reads one line of a stack and follows its source map, if the process has it at hand (`next dev`
 * does, with both bundlers). Looking up a map takes time: ask only when the answer is needed.
 *
 * @internal
 */
export function readFrame(frame: string): CallSite {
  const place = /\((.*)\)\s*$/.exec(frame)?.[1] ?? frame.replace(/^\s*at (?:async )?/, '')
  const match = /^(.+?):(\d+):(\d+)$/.exec(place)
  if (match?.[1] === undefined) return { text: 'unknown place', file: undefined }

  const origin = originOf(match[1], Number(match[2]), Number(match[3]))
  if (origin === undefined) return { text: place, file: sourceFile(match[1]) }
  const file = withoutScheme(origin.fileName)
  return { text: `${file}:${origin.lineNumber}:${origin.columnNumber}`, file }
}

function originOf(file: string, line: number, column: number): SourceOrigin | undefined {
  const origin = process
    .getBuiltinModule?.('node:module')
    .findSourceMap(file)
    ?.findOrigin(line, column)
  return origin !== undefined && 'fileName' in origin ? origin : undefined
}

// webpack names `webpack-internal:///(rsc)/./lib/prisma.ts`, where the layer in brackets differs
// from bundle to bundle. Files in an output folder hold many modules: they say nothing.
function sourceFile(location: string): string | undefined {
  const webpack = /^webpack-internal:\/\/\/(?:\([^)]*\)\/)?(?:\.\/)?([^?]*)/.exec(location)
  if (webpack !== null) return webpack[1]
  if (/[\\/](?:\.next|\.nuxt|\.output|\.svelte-kit|dist|build)[\\/]/.test(location))
    return undefined
  if (location.startsWith('node:') || location.includes('<anonymous>')) return undefined

  return withoutScheme(location)
}

function withoutScheme(location: string): string {
  return location.replace(/^file:\/\//, '').replace(/\?.*$/, '')
}
