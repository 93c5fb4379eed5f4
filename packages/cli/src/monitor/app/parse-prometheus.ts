/** One line of what Prometheus scrapes. */
export interface MetricSample {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
}

/** A text is not what Prometheus scrapes. The message tells the line, and not what is in it. */
export class MetricsFormatError extends Error {
  override readonly name = 'MetricsFormatError'

  constructor(line: number) {
    super(`line ${line} is not in the text format of Prometheus`)
  }
}

const NAME = /([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]*/y
const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\.)*)"[ \t]*(,|(?=\}))/y
const LABELS_END = /[ \t]*\}[ \t]*/y
// A time may follow; OpenMetrics has examples behind a `#`.
const VALUE =
  /([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?|nan)(?:[ \t]+[-+.\de]+)?[ \t]*(?:#.*)?$/iy

/**
 * Reads the text format of Prometheus (0.0.4) or OpenMetrics. A line that is neither a comment nor a
 * sample makes all of it unreadable: half of an answer would look like less work.
 *
 * @throws MetricsFormatError
 */
export function parsePrometheus(text: string): MetricSample[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) return []
    const sample = parseSample(line)
    if (sample === undefined) throw new MetricsFormatError(index + 1)
    return [sample]
  })
}

function parseSample(line: string): MetricSample | undefined {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(line) ?? undefined
    if (match !== undefined) at = pattern.lastIndex
    return match
  }

  const name = take(NAME)?.[1]
  if (name === undefined) return undefined
  const labels = new Map<string, string>()
  if (line[at] === '{') {
    at++
    for (let label = take(LABEL); label !== undefined; label = take(LABEL)) {
      labels.set(label[1] ?? '', unescape(label[2] ?? ''))
    }
    if (take(LABELS_END) === undefined) return undefined
  }
  const value = take(VALUE)?.[1]
  return value === undefined ? undefined : { name, labels, value: numberOf(value) }
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign))
}

function numberOf(text: string): number {
  const infinite = /^([+-]?)inf/i.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
  return Number(text.toLowerCase() === 'nan' ? Number.NaN : text)
}
