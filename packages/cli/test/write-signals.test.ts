import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { oneprisma, repository, treeOf } from './cli-program.ts'

const PROGRAM = join(import.meta.dirname, 'write-program.ts')
const PATHS = ['a.ts', 'src/b.ts', 'new/c.ts', 'src/d.ts']
const OLD = {
  'package.json': '{}\n',
  'a.ts': 'old a.ts\n',
  'src/b.ts': 'old src/b.ts\n',
  'src/d.ts': 'old src/d.ts\n',
}

/** A run that waits until it is told to go on, before it replaces one of the files. */
async function runUpTo(root: string, path: string): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, root, path, ...PATHS], {
    cwd: import.meta.dirname,
  })
  const lines = createInterface(child.stdout)
  const [line] = await once(lines, 'line')
  if (line !== 'ready') throw new Error(`It says "${line}".`)
  return child
}

describe('a run that is killed', () => {
  it.each([...PATHS])('before it replaces %s is undone by the next command', async (path) => {
    const root = repository(OLD)
    const before = treeOf(root)
    const child = await runUpTo(root, path)

    child.kill('SIGKILL')
    await once(child, 'close')
    const between = treeOf(root)
    const { code, stderr } = oneprisma(root, ['inventory'])

    expect(between).not.toEqual(before)
    expect(code).toBe(0)
    expect(stderr.startsWith('An earlier run was cut off')).toBe(path !== 'a.ts')
    expect(treeOf(root)).toEqual(before)
  })

  it('is not undone while it is at it', async () => {
    const root = repository(OLD)
    const child = await runUpTo(root, 'src/d.ts')

    const { code, stderr } = oneprisma(root, ['check'])
    child.stdin.end('\n')
    await once(child, 'close')

    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^WRITE_IN_PROGRESS: Another oneprisma \(process \d+\) is writing here\./,
    )
    expect(oneprisma(root, ['check']).code).toBe(0)
    expect(Object.keys(treeOf(root)).filter((path) => path.includes('oneprisma'))).toEqual([])
  })
})

describe('a run that is interrupted', () => {
  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'by %s writes to its end, and ends by the signal then',
    async (signal) => {
      const [root, whole] = [repository(OLD), repository(OLD)]
      const child = await runUpTo(root, 'src/b.ts')
      const other = await runUpTo(whole, 'src/b.ts')
      other.stdin.end('\n')
      await once(other, 'close')

      child.kill(signal)
      child.stdin.end('\n')
      const [code, by] = await once(child, 'close')

      expect([code, by]).toEqual([null, signal])
      expect(filesOf(root)).toEqual(filesOf(whole))
    },
  )
})

function filesOf(root: string): object {
  return Object.fromEntries(
    Object.entries(treeOf(root)).filter(([path]) => !path.startsWith('.git')),
  )
}
