import { describe, expect, it } from 'vitest'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { parsePrometheus, type MetricSample } from '../src/monitor/app/parse-prometheus.ts'
import { readApp, startTimeIn } from '../src/monitor/app/read-app.ts'

const HISTOGRAM = 'oneprisma_operation_duration_seconds'

function plain({ name, labels, value }: MetricSample): unknown {
  return [name, Object.fromEntries(labels), value]
}

describe('parsePrometheus', () => {
  it.each<[text: string, sample: unknown]>([
    ['up 1', ['up', {}, 1]],
    ['up{} 1', ['up', {}, 1]],
    ['a:b_c{d="e"} 1.5', ['a:b_c', { d: 'e' }, 1.5]],
    ['a{b="c",d="e",} -2e3', ['a', { b: 'c', d: 'e' }, -2000]],
    ['a { b = "c" , d = "e" } .5', ['a', { b: 'c', d: 'e' }, 0.5]],
    ['a{b="}, c=\\"d\\" \\\\ \\n"} 1', ['a', { b: '}, c="d" \\ \n' }, 1]],
    ['a +Inf', ['a', {}, Infinity]],
    ['a -inf', ['a', {}, -Infinity]],
    ['a NaN', ['a', {}, Number.NaN]],
    ['a 1 1395066363000', ['a', {}, 1]],
    ['a_bucket{le="1"} 4 # {trace_id="x"} 0.5 1520879607.789', ['a_bucket', { le: '1' }, 4]],
    ['a 1\r', ['a', {}, 1]],
    ['a{b="ü 東"} 1', ['a', { b: 'ü 東' }, 1]],
  ])('reads %j', (text, sample) => {
    expect(parsePrometheus(`# HELP a What it is\n\n${text}\n# EOF\n`).map(plain)).toEqual([sample])
  })

  it.each([
    ['<!doctype html>'],
    ['{"status":"ok"}'],
    ['a'],
    ['a{b="c" 1'],
    ['a{b=c} 1'],
    ['a{b="c"d="e"} 1'],
    ['1a 2'],
    ['a one'],
    ['a 1 2 3'],
    ['a 0x10'],
    ['a{b="c'],
  ])('refuses %j, tells its line and not what is in it', (text) => {
    expect(() => parsePrometheus(`up 1\n${text}`)).toThrow(
      'line 2 is not in the text format of Prometheus',
    )
  })

  it('reads what prom-client writes', async () => {
    const registers = [new Registry()]
    const histogram = new Histogram({
      name: 'h_seconds',
      help: 'h',
      labelNames: ['route'],
      buckets: [0.1, 1],
      registers,
    })
    histogram.observe({ route: 'a "b"\n\\c' }, 0.5)
    new Gauge({ name: 'g', help: 'with "quotes"', registers }).set(-1.25e-7)
    new Counter({ name: 'c_total', help: 'c', registers }).inc(3)

    const samples = parsePrometheus((await registers[0]?.metrics()) ?? '')

    expect(samples.map(plain)).toEqual([
      ['h_seconds_bucket', { le: '0.1', route: 'a "b"\n\\c' }, 0],
      ['h_seconds_bucket', { le: '1', route: 'a "b"\n\\c' }, 1],
      ['h_seconds_bucket', { le: '+Inf', route: 'a "b"\n\\c' }, 1],
      ['h_seconds_sum', { route: 'a "b"\n\\c' }, 0.5],
      ['h_seconds_count', { route: 'a "b"\n\\c' }, 1],
      ['g', {}, -1.25e-7],
      ['c_total', {}, 3],
    ])
  })

  it('takes no longer than the text is long', () => {
    const hostile = `a{${'b="c",'.repeat(20_000)}} 1\n${'\\'.repeat(50_000)}\n`

    expect(() => parsePrometheus(hostile)).toThrow('line 2')
  })
})

describe('readApp', () => {
  const TEXT = `
${HISTOGRAM}_bucket{model="User",le="0.001"} 1
${HISTOGRAM}_bucket{model="User",le="0.005"} 3
${HISTOGRAM}_bucket{model="User",le="+Inf"} 4
${HISTOGRAM}_sum{model="User"} 0.05
${HISTOGRAM}_count{model="User"} 4
${HISTOGRAM}_bucket{le="0.001",model="Post"} 10
${HISTOGRAM}_bucket{le="0.005",model="Post"} 10
${HISTOGRAM}_bucket{le="+Inf",model="Post"} 10
${HISTOGRAM}_sum{model="Post"} 0.005
${HISTOGRAM}_bucket{model="User",error_type="timeout",le="+Inf"} 2
${HISTOGRAM}_sum{model="User",error_type="timeout"} 20
${HISTOGRAM}_count{model="User",error_type="timeout"} 2
db_client_connection_timeouts_total 3
db_client_connection_wait_time_seconds_count 5
db_client_connection_wait_time_seconds_sum 0.25
oneprisma_connection_opened_total 7
db_client_connection_count{db_client_connection_state="idle",client="a"} 1
db_client_connection_count{db_client_connection_state="used",client="a"} 2
db_client_connection_count{db_client_connection_state="used",client="b"} 4
db_client_connection_pending_requests 6
db_client_connection_max NaN
process_start_time_seconds 1700000000
`

  it('adds up series, keeps failures apart from latencies, and tells milliseconds', () => {
    expect(readApp(parsePrometheus(TEXT), HISTOGRAM)).toEqual({
      counters: {
        durations: new Map([
          [1, 11],
          [5, 13],
          [Infinity, 14],
        ]),
        numbers: {
          durationSum: 55,
          failed: 2,
          timeouts: 3,
          waits: 5,
          waitSum: 250,
          opened: 7,
        },
      },
      gauges: { connections: 7, waiting: 6, max: undefined },
    })
  })

  it('tells when the process started, where that is exported', () => {
    expect(startTimeIn(parsePrometheus(TEXT))).toBe(1_700_000_000)
    expect(startTimeIn([])).toBeUndefined()
  })

  it('takes a histogram of milliseconds as it is', () => {
    const text = 'http_ms_bucket{le="0.3"} 1\nhttp_ms_bucket{le="+Inf"} 2\nhttp_ms_sum 4\n'

    const { counters } = readApp(parsePrometheus(text), 'http_ms')

    expect([...counters.durations]).toEqual([
      [0.3, 1],
      [Infinity, 2],
    ])
    expect(counters.numbers.durationSum).toBe(4)
  })

  it('has nothing where there is nothing', () => {
    const { counters, gauges } = readApp([], HISTOGRAM)

    expect(counters.durations.size).toBe(0)
    expect(gauges).toEqual({ connections: undefined, waiting: undefined, max: undefined })
  })
})
