import { appendFileSync, readFileSync } from 'node:fs'
import { CliError } from '../../errors.ts'
import { parseRecording, type Recording } from './parse-recording.ts'
import type { RecordedLine } from './recording.ts'

/**
 * Appends lines to a recording. Each is written in one piece, so that others may append marks in
 * between, and so that a crash costs the last line at most.
 */
export class RecordingFile {
  readonly #file: string
  readonly #path: string

  /** `path` is how the file is told of. */
  constructor(file: string, path: string) {
    this.#file = file
    this.#path = path
  }

  /**
   * What has been recorded so far; undefined where nothing is there.
   *
   * @throws CliError `RECORDING_INVALID` where something else is there, `FILE_UNREADABLE`
   */
  read(): Recording | undefined {
    const text = this.#text()
    return text === '' ? undefined : parseRecording(this.#path, text)
  }

  /**
   * Appends a line, on a line of its own even behind one that was cut off.
   *
   * @throws CliError `WRITE_FAILED`
   */
  append(line: RecordedLine): void {
    this.#append(`${JSON.stringify(line, rounded)}\n`)
  }

  /** Ends a line that a crash has cut off, so that the next one is whole. */
  mend(): void {
    const text = this.#text()
    if (text !== '' && !text.endsWith('\n')) this.#append('\n')
  }

  #text(): string {
    try {
      return readFileSync(this.#file, 'utf8')
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      if (code === 'ENOENT') return ''
      throw new CliError('FILE_UNREADABLE', `"${this.#path}" cannot be read (${code}).`, {
        cause: error,
      })
    }
  }

  #append(text: string): void {
    try {
      appendFileSync(this.#file, text)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      throw new CliError('WRITE_FAILED', `"${this.#path}" cannot be written (${code}).`, {
        cause: error,
      })
    }
  }
}

/** Six digits are more than any figure here means. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(6))
    : value
}
