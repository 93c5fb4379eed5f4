import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = join(import.meta.dirname, '..')

function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['--import', 'tsx', 'src/main.ts', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
}

describe('npm run bench', () => {
  it.each([[[]], [['nothing']], [['cold', 'hmr']]])(
    'names the benches when asked for %j',
    (args) => {
      const { status, stdout, stderr } = bench(...args)

      expect(status).toBe(2)
      expect(stdout).toBe('')
      expect(stderr).toContain(
        'overhead|observe|cold|production|stale|hmr|drain|script|faults|codemod',
      )
    },
  )

  it('prints a table, and one line of JSON last', () => {
    const { status, stdout } = bench('cold', '--quick', '--json')

    const result: Record<string, unknown> = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    expect(result).toMatchObject({ name: 'cold', versions: { node: process.versions.node } })
    expect(result['bars']).toContainEqual(
      expect.objectContaining({ bar: 'package, unpacked', unit: 'bytes', limit: 60_000, ok: true }),
    )
    expect(stdout).toContain('in a bundle, minified and gzipped')
    // The time of an import depends on the machine; the exit code has to agree with the result.
    expect(status).toBe(result['ok'] === true ? 0 : 1)
  })

  it('runs one row of the fault matrix, which the bare client does not stand', () => {
    const { status, stdout } = bench('faults', '--only', '14', '--json')

    const result: Record<string, unknown> = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    const lost = { bar: '14 client timeout in a transaction: later write lost', unit: '' }
    expect(result['bars']).toContainEqual({
      ...lost,
      variant: 'oneprisma',
      value: 0,
      limit: 0,
      ok: true,
    })
    expect(result['bars']).toContainEqual({
      ...lost,
      variant: 'bare client',
      value: 1,
      limit: null,
      ok: null,
    })
    expect(status).toBe(0)
  }, 120_000)

  it('refuses a number of minutes that is none', () => {
    expect(bench('faults', '--minutes', 'many').status).toBe(2)
  })
})
