import { isMeantBy, parseApplicationName } from '../application-name.ts'
import { isFailure } from '../gap.ts'
import type { RecordedTick } from '../record.ts'
import type {
  RecordedGap,
  RecordedLine,
  RecordedMark,
  RecordedWindow,
  RecordingHeader,
} from '../recording/recording.ts'

// More is not seen on the widest terminal.
const MOST_MOMENTS = 200
const NAMELESS = '(no name)'

/** What a live view shows. */
export class LiveState {
  /** What is recorded to; undefined where nothing is kept. */
  readonly out: string | undefined
  header: RecordingHeader | undefined
  tick: RecordedTick | undefined
  readonly marks: RecordedMark[] = []
  readonly gaps: RecordedGap[] = []
  readonly windows: RecordedWindow[] = []
  /** Connections by app and release, moment by moment; undefined where they were not seen. */
  readonly connections: Array<ReadonlyMap<string, number> | undefined> = []

  constructor(out: string | undefined) {
    this.out = out
  }

  takeLine(line: RecordedLine): void {
    if (line.type === 'window') keep(this.windows, line)
    if (line.type === 'mark') keep(this.marks, line)
    if (line.type === 'gap') keep(this.gaps, line)
  }

  takeTick(tick: RecordedTick): void {
    this.tick = tick
    keep(this.connections, connectionsOf(tick, this.header?.measures.app))
  }
}

function keep<Value>(list: Value[], value: Value): void {
  list.push(value)
  if (list.length > MOST_MOMENTS) list.shift()
}

function connectionsOf(
  { observation: { server, apps } }: RecordedTick,
  app: string | undefined,
): ReadonlyMap<string, number> | undefined {
  const counts = new Map<string, number>()
  const add = (group: string, count: number): void =>
    void counts.set(group, (counts.get(group) ?? 0) + count)
  if (server !== undefined) {
    if (isFailure(server)) return undefined
    for (const { name, connections } of server.sessions) {
      if (app !== undefined && !isMeantBy(app, name)) continue
      add(parseApplicationName(name).group || NAMELESS, connections)
    }
    return counts
  }
  const readings = apps.flatMap((answer) => (isFailure(answer) ? [] : [...answer.arms]))
  for (const [arm, { gauges }] of readings) add(arm || 'pools', gauges.connections ?? 0)
  return readings.length === 0 ? undefined : counts
}
