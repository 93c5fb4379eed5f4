import { isUtf8 } from 'node:buffer'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Unparsed } from '../report/finding.ts'

export interface Source {
  /** As it stands in the file, with its byte order mark and its line ends. */
  readonly text: string
}

const MAX_SOURCE_BYTES = 2 * 1024 * 1024

/**
 * Reads a file of code, or says why it cannot be read; it never throws.
 *
 * With `needles` it returns `undefined` for a file that holds none of them, without decoding it.
 */
export function readSource(root: string, path: string): Source | Unparsed
export function readSource(
  root: string,
  path: string,
  needles: readonly Buffer[],
): Source | Unparsed | undefined
export function readSource(
  root: string,
  path: string,
  needles?: readonly Buffer[],
): Source | Unparsed | undefined {
  const bytes = readBytes(join(root, path))
  if (typeof bytes === 'string') return { path, line: 1, message: bytes }
  // A file of UTF-16 holds no needle as it is spelt: ask for the encoding first.
  if (isUtf16(bytes)) {
    return { path, line: 1, message: 'This file is UTF-16; save it as UTF-8 to have it read.' }
  }
  if (bytes.includes(0)) {
    return { path, line: 1, message: 'This file is binary: it holds a NUL byte.' }
  }
  if (needles !== undefined && !needles.some((needle) => bytes.includes(needle))) return undefined
  if (!isUtf8(bytes)) {
    return { path, line: lineOfInvalid(bytes), message: 'This file is not valid UTF-8.' }
  }
  return { text: bytes.toString('utf8') }
}

// Every file is read into the same bytes, which spares thousands of allocations. Nothing keeps
// them: a text is a copy, and reading does not wait for anything in between.
const SCRATCH = Buffer.allocUnsafeSlow(MAX_SOURCE_BYTES + 1)

function readBytes(file: string): Buffer | string {
  let descriptor: number | undefined
  try {
    descriptor = openSync(file, 'r')
    const length = fill(descriptor)
    if (length <= MAX_SOURCE_BYTES) return SCRATCH.subarray(0, length)
    const { size } = fstatSync(descriptor)
    return `This file has ${size} bytes; files over ${MAX_SOURCE_BYTES} bytes are not read.`
  } catch (error) {
    return describe(error)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function fill(descriptor: number): number {
  let length = 0
  for (let read = -1; read !== 0 && length < SCRATCH.length; length += read) {
    read = readSync(descriptor, SCRATCH, length, SCRATCH.length - length, null)
  }
  return length
}

function describe(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EISDIR') return 'This is a folder where a file was expected.'
  if (code === 'ENOENT') return 'This file is not there.'
  if (code === 'EACCES' || code === 'EPERM') return 'This file may not be read by this user.'
  return `This file cannot be read (${String(code ?? error)}).`
}

function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return false
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true
  // Without a mark, every other byte of ASCII text is NUL.
  return bytes.length % 2 === 0 && (first === 0) !== (second === 0) && bytes.length >= 4
    ? (bytes[2] === 0) === (first === 0) && (bytes[3] === 0) === (second === 0)
    : false
}

function lineOfInvalid(bytes: Buffer): number {
  let line = 1
  let start = 0
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    if (!isUtf8(bytes.subarray(start, end))) return line
    line++
    start = end + 1
  }
  return line
}
