import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseRecording } from '../src/monitor/recording/parse-recording.ts'
import { RecordingFile } from '../src/monitor/recording/recording-file.ts'
import type { RecordedLine } from '../src/monitor/recording/recording.ts'
import { madeUpHeader, madeUpWindows, recordingOf, STARTED_AT } from './monitor-recordings.ts'
import { plant } from './project-fixture.ts'

const HEADER = madeUpHeader()
const WINDOWS = madeUpWindows({ windows: 3 })
const MARK: RecordedLine = { type: 'mark', at: STARTED_AT, text: 'deploy' }
const TEXT = recordingOf(HEADER, ...WINDOWS, MARK)

describe('parseRecording', () => {
  it('reads what was written', () => {
    const gap: RecordedLine = {
      type: 'gap',
      startedAt: 1,
      durationMs: 2,
      code: 'MONITOR_LATE',
      message: 'late',
    }

    const recording = parseRecording(
      'a.jsonl',
      recordingOf(HEADER, ...WINDOWS, MARK, gap, { type: 'end', at: 9, reason: 'signal' }),
    )

    expect(recording).toEqual({
      path: 'a.jsonl',
      headers: [HEADER],
      windows: WINDOWS,
      gaps: [gap],
      marks: [MARK],
    })
  })

  it.each([1, 20, 40])(
    'passes over the end of %i characters of a line that is being written',
    (cut) => {
      const { windows } = parseRecording('a.jsonl', TEXT + TEXT.slice(0, cut))

      expect(windows).toEqual(WINDOWS)
    },
  )

  it('passes over a line that a crash has cut off, before recording began anew', () => {
    const cut = `${TEXT.slice(0, -20)}\n${recordingOf(HEADER, ...WINDOWS)}`

    const { windows, headers, marks } = parseRecording('a.jsonl', cut)

    expect([windows.length, headers.length, marks.length]).toEqual([6, 2, 0])
  })

  it('passes over kinds of lines that it does not know', () => {
    expect(parseRecording('a.jsonl', `${TEXT}{"type":"weather"}\n`).windows).toHaveLength(3)
  })

  it.each<[what: string, text: string, message: RegExp]>([
    ['nothing', '', /does not begin with the header/],
    ['something else', '{"a":1}\n{"b":2}\n', /its line 1 is not one of a recording/],
    ['a window without a header', recordingOf(...WINDOWS), /does not begin with the header/],
    [
      'a broken line in the middle',
      `${recordingOf(HEADER)}{"type"\n${recordingOf(MARK)}`,
      /line 2/,
    ],
    [
      'a figure that is a text',
      recordingOf(HEADER, ...WINDOWS).replace('"operations":2000', '"operations":"2000"') +
        recordingOf(MARK),
      /line 2/,
    ],
    [
      'a figure that is infinite',
      recordingOf(HEADER, ...WINDOWS).replace('"errors":0', '"errors":1e999') + recordingOf(MARK),
      /line 2/,
    ],
    [
      'a later version',
      TEXT.replace('"version":1', '"version":2'),
      /it has version 2, and this program reads 1/,
    ],
    ['another format', TEXT.replace('oneprisma-monitor', 'other'), /it has version 1/],
    ['a list', '[1]\n[2]\n', /line 1/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseRecording('a.jsonl', text)).toThrow(
      expect.objectContaining({
        code: 'RECORDING_INVALID',
        message: expect.stringMatching(message),
      }),
    )
  })
})

describe('RecordingFile', () => {
  const fileIn = (folder: string): RecordingFile =>
    new RecordingFile(join(folder, 'a.jsonl'), 'a.jsonl')

  it('is nothing before anything is written', () => {
    expect(fileIn(plant({})).read()).toBeUndefined()
  })

  it('appends lines one by one, and others may do so too', () => {
    const folder = plant({})
    const [one, other] = [fileIn(folder), fileIn(folder)]

    one.append(HEADER)
    other.append(MARK)
    one.append(WINDOWS[0] ?? MARK)

    expect(fileIn(folder).read()).toMatchObject({
      windows: [{ startedAt: STARTED_AT, operations: 2_000 }],
      marks: [MARK],
    })
  })

  it('rounds figures to what they mean', () => {
    const folder = plant({})

    fileIn(folder).append({ type: 'window', startedAt: 1, durationMs: 2, operations: 1 / 3 })

    expect(readFileSync(join(folder, 'a.jsonl'), 'utf8')).toContain('"operations":0.333333}')
  })

  it('mends what a crash has cut off, so that what comes next is whole', () => {
    const folder = plant({})
    writeFileSync(join(folder, 'a.jsonl'), TEXT.slice(0, -9))
    const file = fileIn(folder)

    file.mend()
    file.append(HEADER)
    file.append(MARK)

    expect(file.read()).toMatchObject({ headers: [HEADER, HEADER], marks: [MARK] })
  })

  it('says so where it cannot be read or written', () => {
    const folder = plant({})
    mkdirSync(join(folder, 'a.jsonl'))
    const file = fileIn(folder)

    expect(() => file.read()).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }))
    expect(() => file.append(MARK)).toThrow(
      expect.objectContaining({
        code: 'WRITE_FAILED',
        message: '"a.jsonl" cannot be written (EISDIR).',
      }),
    )
  })
})
