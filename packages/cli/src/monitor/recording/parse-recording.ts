import { CliError } from '../../errors.ts'
import { LINE_SHAPES } from './line-shapes.ts'
import {
  RECORDING_VERSION,
  type RecordedGap,
  type RecordedLine,
  type RecordedMark,
  type RecordedWindow,
  type RecordingHeader,
} from './recording.ts'
import { hasShape } from './shape.ts'

/** All that a recording tells. */
export interface Recording {
  /** As it was given; how the recording is told of. */
  readonly path: string
  /** One for each time that recording was begun or gone on with. */
  readonly headers: readonly [RecordingHeader, ...RecordingHeader[]]
  readonly windows: readonly RecordedWindow[]
  readonly gaps: readonly RecordedGap[]
  readonly marks: readonly RecordedMark[]
}

/**
 * Reads the lines of a recording. One that was cut off, by a crash or because it is being written,
 * is passed over; anything else that is no line of a recording makes all of it invalid.
 *
 * @throws CliError `RECORDING_INVALID`
 */
export function parseRecording(path: string, text: string): Recording {
  const texts = text.split('\n')
  // What has no end of a line yet is not complete.
  texts.pop()
  const lines: RecordedLine[] = []
  for (const [index, each] of texts.entries()) {
    if (each === '') continue
    const line = parseLine(each)
    if (line === 'broken') {
      if (isCutOff(texts, index)) continue
      throw invalid(path, `its line ${index + 1} is not one of a recording`)
    }
    if (line !== 'unknown') lines.push(line)
  }
  const [first, ...others] = lines.filter((line) => line.type === 'header')
  if (first === undefined || lines[0]?.type !== 'header') {
    throw invalid(path, 'it does not begin with the header of a recording')
  }
  for (const { format, version } of [first, ...others]) {
    if (format === 'oneprisma-monitor' && version === RECORDING_VERSION) continue
    throw invalid(path, `it has version ${version}, and this program reads ${RECORDING_VERSION}`)
  }
  return {
    path,
    headers: [first, ...others],
    windows: lines.filter((line) => line.type === 'window'),
    gaps: lines.filter((line) => line.type === 'gap'),
    marks: lines.filter((line) => line.type === 'mark'),
  }
}

function parseLine(text: string): RecordedLine | 'broken' | 'unknown' {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    return 'broken'
  }
  if (!hasShape(line, { type: 'string' })) return 'broken'
  // It has this member, as was just seen.
  const { type } = line as { readonly type: string }
  if (!isKnown(type)) return 'unknown'
  // The shape is the one of the type.
  return hasShape(line, LINE_SHAPES[type]) ? (line as RecordedLine) : 'broken'
}

function isKnown(type: string): type is RecordedLine['type'] {
  return Object.hasOwn(LINE_SHAPES, type)
}

/** Whether recording began anew behind a line, or nothing came after it. */
function isCutOff(texts: readonly string[], index: number): boolean {
  const next = texts[index + 1]
  return next === undefined || (next !== '' && isHeader(parseLine(next)))
}

function isHeader(line: RecordedLine | 'broken' | 'unknown'): boolean {
  return typeof line === 'object' && line.type === 'header'
}

function invalid(path: string, why: string): CliError {
  return new CliError(
    'RECORDING_INVALID',
    `"${path}" is no recording that can be read: ${why}. \`oneprisma monitor record\` writes them.`,
  )
}
