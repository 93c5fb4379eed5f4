import { formatMs, formatNumber, formatTime } from '../format-figure.ts'
import type { RecordListener } from '../record.ts'
import type { RecordedLine, RecordedWindow } from '../recording/recording.ts'

/** Tells what is recorded by a line for each window. */
export function progressLines(write: (text: string) => void): RecordListener {
  return {
    begin: () => {},
    line: (line) => {
      const text = textOf(line)
      if (text !== undefined) write(`${text}\n`)
    },
    tick: () => {},
  }
}

function textOf(line: RecordedLine): string | undefined {
  switch (line.type) {
    case 'window':
      return windowText(line)
    case 'mark':
      return `${formatTime(line.at)} ${line.text}`
    case 'gap':
      return `${formatTime(line.startedAt)} no window: ${line.message}`
    case 'header':
    case 'end':
      return undefined
  }
}

function windowText(window: RecordedWindow): string {
  const { startedAt, durationMs, arm, connections, latency, operations, errors, gaps = [] } = window
  const rate = (count: number): string => `${formatNumber((count * 1_000) / durationMs)}/s`
  const figures = [
    connections === undefined
      ? 'connections not seen'
      : `connections ${formatNumber(connections.mean)}, at most ${connections.max}`,
    latency && `p50 ${formatMs(latency.p50)}, p95 ${formatMs(latency.p95)}`,
    operations !== undefined && rate(operations),
    errors !== undefined && `${errors} failed`,
    ...gaps.map(({ source, code, message }) => `${source} ${code} (${message})`),
  ].filter((figure) => typeof figure === 'string')
  return `${formatTime(startedAt)}${arm === undefined ? '' : ` ${arm}`}  ${figures.join('; ')}`
}
