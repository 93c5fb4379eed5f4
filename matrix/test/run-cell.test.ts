import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CellNotRun, type Cell, type CellTools } from '../src/cell.ts'
import { startCommand } from '../src/child.ts'
import { Engines } from '../src/engines.ts'
import { runCell } from '../src/run-cell.ts'

const engines = new Engines()

function cellOf(run: Cell['run']): Cell {
  return { id: 'a', kind: 'prisma', title: 'A', run }
}

describe('runCell', () => {
  it('is green where every check is ok, and tells what was seen', async () => {
    const cell = cellOf(async () => ({ checks: { one: 'ok' }, facts: { pg: 8 } }))

    expect(await runCell(cell, 't.tgz', engines)).toMatchObject({
      outcome: 'green',
      detail: '',
      checks: 1,
      facts: { pg: 8 },
    })
  })

  it('is red where a check failed, by its name', async () => {
    const cell = cellOf(async () => ({ checks: { one: 'ok', two: 'was 3' }, facts: {} }))

    expect(await runCell(cell, 't.tgz', engines)).toMatchObject({
      outcome: 'red',
      detail: 'two: was 3',
    })
  })

  it('is red where nothing was checked', async () => {
    const cell = cellOf(async () => ({ checks: {}, facts: {} }))

    expect(await runCell(cell, 't.tgz', engines)).toMatchObject({ outcome: 'red' })
  })

  it('tells the reason why a cell was not run', async () => {
    const cell = cellOf(async () => {
      throw new CellNotRun('no server')
    })

    expect(await runCell(cell, 't.tgz', engines)).toMatchObject({
      outcome: 'not run',
      detail: 'no server',
    })
  })

  it('ends a cell whose time is over, with the process that it started, and removes its folder', async () => {
    let seen: CellTools | undefined
    let pid = 0
    const cell = cellOf(async (tools) => {
      seen = tools
      const never = startCommand(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
        cwd: tools.folder,
        signal: tools.signal,
      })
      pid = never.child.pid ?? 0
      await never.ended
      throw new Error(`ended in ${tools.folder}`)
    })

    const result = await runCell(cell, 't.tgz', engines, { timeoutMs: 200 })

    expect(result).toMatchObject({ outcome: 'red', detail: 'ended in .' })
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(existsSync(seen?.folder ?? '')).toBe(false)
  })
})
