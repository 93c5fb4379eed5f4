import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, it, vi, type ExpectStatic } from 'vitest'
import { startAndEnd, type Started } from './child.ts'
import { query } from './query.ts'
import { isRunning, processesWith } from './running.ts'
import { TemporaryFolder } from './temporary-folder.ts'

const GONE = { timeout: 40_000, interval: 25 }

describe.concurrent('startPostgres leaves no process and no folder behind', () => {
  it.for([
    ['ends by itself', 0],
    ['calls process.exit', 3],
    ['throws out of a callback', 1],
    ['leaves a rejection unhandled', 1],
  ] as const)('when its process %s', async ([way, exitCode], { expect }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd(way, base.path)

    const started = await child.started()
    await child.exit

    expect(child.process.exitCode).toBe(exitCode)
    await expectGone(expect, base, started)
  })

  it.for([
    ['SIGINT', 'group'],
    ['SIGTERM', 'child'],
    ['SIGHUP', 'group'],
    ['SIGKILL', 'child'],
  ] as const)('when its process gets %s (sent to the %s)', async ([signal, to], { expect }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd('waits', base.path)
    const started = await child.started()
    expect(isRunning(started.pid)).toBe(true)

    child.signal(signal, to)
    await child.exit

    expect(child.process.signalCode).toBe(signal)
    await expectGone(expect, base, started)
  })

  it('when its process is killed while the server is being made', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd('waits', base.path)
    await vi.waitUntil(() => processesWith(join(base.path, 'oneprisma')).length > 0, GONE)

    child.signal('SIGKILL')
    await child.exit

    await expect.poll(() => base.names, GONE).toEqual([])
    await expect.poll(() => processesWith(base.path), GONE).toEqual([])
  })

  it('when stop() is called after the guard was killed', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd('stops when told', base.path)
    const started = await child.started()
    process.kill(guardOf(started), 'SIGKILL')

    child.process.stdin?.write('stop\n')

    expect(await child.line()).toBe('stopped')
    expect(isRunning(started.pid)).toBe(false)
    expect(base.names).toEqual([])
  })

  it('when stop() is called and the guard does not react', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd('stops when told', base.path)
    const started = await child.started()
    process.kill(guardOf(started), 'SIGSTOP')

    child.process.stdin?.write('stop\n')

    expect(await child.line()).toBe('stopped')
    await expectGone(expect, base, started)
  })

  it('when its process is killed and the server does not react', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd('waits', base.path)
    const started = await child.started()
    process.kill(started.pid, 'SIGSTOP')

    child.signal('SIGKILL')
    await child.exit

    expect(isRunning(started.pid)).toBe(true)
    await expectGone(expect, base, started)
  })

  it('when the server itself is killed', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd('waits', base.path)
    const started = await child.started()

    process.kill(started.pid, 'SIGKILL')

    expect(child.process.exitCode).toBe(null)
    await expectGone(expect, base, started)
  })

  it('when the guard is told to end by the system', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd('waits', base.path)
    const started = await child.started()

    process.kill(guardOf(started), 'SIGTERM')

    expect(child.process.exitCode).toBe(null)
    await expectGone(expect, base, started)
  })
})

describe.concurrent('startPostgres keeps the server', () => {
  it('through a Ctrl-C for a process that still uses the database before it ends', async ({
    expect,
  }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd('asks once more after a Ctrl-C', base.path)
    const started = await child.started()

    child.signal('SIGINT', 'group')

    expect(await child.line()).toBe('asked: 1')
    await expectGone(expect, base, started)
  })
})

describe.concurrent('a server that lingers', () => {
  it('outlives its process, until another one starts', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd('lingers', base.path)
    const { url, pid } = await child.started()
    await child.exit

    expect(child.process.exitCode).toBe(0)
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await using next = startAndEnd('waits', base.path)
    const { folder } = await next.started()
    expect(isRunning(pid)).toBe(false)
    expect(base.names).toEqual([basename(folder)])
  })

  it('ends when its time is over', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using child = startAndEnd('lingers for a moment', base.path)

    const started = await child.started()
    await child.exit

    expect(child.process.exitCode).toBe(0)
    await expectGone(expect, base, started)
  })
})

describe.concurrent('startPostgres cleans up after a start whose guard was killed too', () => {
  it('by ending the server that was left and removing its folder', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using left = startAndEnd('waits', base.path)
    const started = await left.started()
    process.kill(guardOf(started), 'SIGKILL')
    left.signal('SIGKILL')
    await left.exit
    expect(isRunning(started.pid)).toBe(true)

    await using next = startAndEnd('waits', base.path)
    const { folder } = await next.started()

    expect(isRunning(started.pid)).toBe(false)
    expect(base.names).toEqual([basename(folder)])
  })

  it('without touching the server of another guard that runs', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using first = startAndEnd('waits', base.path)
    const one = await first.started()

    await using second = startAndEnd('waits', base.path)
    const two = await second.started()

    expect(isRunning(one.pid)).toBe(true)
    expect(base.names.toSorted()).toEqual([basename(one.folder), basename(two.folder)].toSorted())
  })

  it('without ending a process that has got the process id of the server since', async ({
    expect,
  }) => {
    using base = new TemporaryFolder()
    await using first = startAndEnd('waits', base.path)
    const { folder, pid } = await first.started()
    const leftover = join(base.path, basename(folder).replace(/[0-9a-f]+$/, '0123456789abcdef'))
    mkdirSync(join(leftover, 'data'), { recursive: true })
    writeFileSync(join(leftover, 'data', 'postmaster.pid'), `${pid}\n`)

    await using second = startAndEnd('waits', base.path)
    const other = await second.started()

    expect(isRunning(pid)).toBe(true)
    expect(base.names.toSorted()).toEqual([basename(folder), basename(other.folder)].toSorted())
  })

  // Only root can make a folder that belongs to someone else.
  const asRoot = process.getuid?.() === 0 ? it : undefined
  asRoot?.('without touching a folder that another user has made', async ({ expect }) => {
    using base = new TemporaryFolder()
    await using first = startAndEnd('waits', base.path)
    const { folder } = await first.started()
    const planted = basename(folder).replace(/[0-9a-f]+$/, '0123456789abcdef')
    mkdirSync(join(base.path, planted))
    chownSync(join(base.path, planted), 65_534, 65_534)

    await using second = startAndEnd('waits', base.path)
    await second.started()

    expect(base.names).toContain(planted)
  })

  it('without touching a folder of another machine or container', async ({ expect }) => {
    using base = new TemporaryFolder()
    const foreign = 'oneprisma-postgres-00000000-999999-0123456789abcdef'
    mkdirSync(join(base.path, foreign))

    await using child = startAndEnd('waits', base.path)
    const { folder } = await child.started()

    expect(base.names.toSorted()).toEqual([foreign, basename(folder)].toSorted())
  })
})

async function expectGone(
  expect: ExpectStatic,
  base: TemporaryFolder,
  { pid, folder }: Started,
): Promise<void> {
  await expect.poll(() => isRunning(pid), GONE).toBe(false)
  await expect.poll(() => base.names, GONE).toEqual([])
  const [id = folder] = basename(folder).split('-').slice(-1)
  await expect.poll(() => processesWith(id), GONE).toEqual([])
}

function guardOf({ folder }: Started): number {
  return Number(basename(folder).split('-').at(-2))
}
