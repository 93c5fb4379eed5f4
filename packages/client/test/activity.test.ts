import { describe, expect, it } from 'vitest'
import { Activity } from '../src/activity.ts'
import { WatchedStatement } from '../src/watched-statement.ts'

const noPool = { pool: undefined }
const shapes = { shapeOf: (sql: string) => sql }

function ended(sql: string, durationMs: number): WatchedStatement {
  const statement = new WatchedStatement(
    'default',
    undefined,
    undefined,
    false,
    false,
    0,
    sql,
    performance.now(),
    shapes,
  )
  statement.durationMs = durationMs
  statement.rows = 1
  return statement
}

describe('Activity', () => {
  it('keeps the last statements, the newest first', () => {
    const activity = new Activity(2)

    for (const sql of ['A', 'B', 'C']) activity.statement(ended(sql, 1), false, noPool)

    expect(activity.statements.map(({ text }) => text)).toEqual(['C', 'B'])
  })

  it('tells of what it keeps as it was, though the place is used again', () => {
    const activity = new Activity(1)

    activity.statement(ended('A', 1), false, noPool)
    const second = ended('B', 2)
    second.waitMs = 0.5
    activity.statement(second, false, noPool)

    expect(activity.statements).toMatchObject([
      { text: 'B', durationMs: 2, waitMs: 0.5, rows: 1, verb: 'OTHER', error: undefined },
    ])
    expect(activity.statements[0]?.startedAt).toBe(second.startedAt)
  })

  it('remembers slow statements longer than others, and counts each once', () => {
    const activity = new Activity(2)

    activity.statement(ended('SLOW', 900), true, noPool)
    activity.statement(ended('SLOW', 700), true, noPool)
    expect(activity.slowest).toMatchObject([{ text: 'SLOW', calls: 2, totalMs: 1_600 }])
    for (const sql of ['A', 'B']) activity.statement(ended(sql, 1), false, noPool)

    expect(activity.slowest.map(({ text, calls }) => [text, calls])).toEqual([
      ['SLOW', 2],
      ['B', 1],
      ['A', 1],
    ])
  })

  it('keeps nothing where nothing is to be kept', () => {
    const activity = new Activity(0)

    activity.statement(ended('A', 1), true, noPool)

    expect([activity.statements, activity.slowest]).toEqual([[], []])
  })
})
