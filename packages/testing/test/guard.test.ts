import { once } from 'node:events'
import { readdirSync, rmdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { accountForPostgres } from '../src/guard/account.mjs'
import { createCluster } from '../src/guard/cluster.mjs'
import { removeRun } from '../src/guard/leftovers.mjs'
import { hasRoom, MEMORY_FOLDER, runsPrograms } from '../src/guard/memory-folder.mjs'
import { copiedPrograms, programsInPlace, type Programs } from '../src/guard/native-programs.mjs'
import { createRunFolder, temporaryFolders } from '../src/guard/run-folder.mjs'
import { startServer } from '../src/guard/server.mjs'
import { processesWith } from './running.ts'
import { TemporaryFolder } from './temporary-folder.ts'

const { signal } = new AbortController()
const account = accountForPostgres()
const settings = {}
let base: TemporaryFolder
let folder: string
let data: string
let programs: Programs

beforeAll(async () => {
  // No guard is behind these folders, so that any other start would take them for leftovers.
  base = new TemporaryFolder()
  vi.stubEnv('TMPDIR', base.path)
  folder = createRunFolder('0123456789abcdef', account, { mayBeInMemory: true })
  programs = (await programsInPlace(account)) ?? (await copiedPrograms(folder, account))
  data = await createCluster({ programs, folder, password: 'secret', account }, signal)
})
afterAll(async () => {
  await removeRun(folder)
  base[Symbol.dispose]()
  vi.unstubAllEnvs()
})

describe('createRunFolder', () => {
  it('makes it in memory, where nobody has named a folder and no program is run out of it', () => {
    using other = new TemporaryFolder()
    const ids = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb', 'cccccccccccccccc']
    const places = [
      { named: '', mayBeInMemory: true },
      { named: '', mayBeInMemory: false },
      { named: other.path, mayBeInMemory: true },
    ].map(({ named, mayBeInMemory }, index) => {
      vi.stubEnv('TMPDIR', named)
      const made = createRunFolder(ids[index] ?? '', account, { mayBeInMemory })
      rmdirSync(made)
      return dirname(made)
    })
    vi.stubEnv('TMPDIR', base.path)

    // A container may have little room there.
    expect(places).toEqual([hasRoom() ? MEMORY_FOLDER : '/tmp', '/tmp', other.path])
  })

  it('looks for what is left in all places', () => {
    expect(temporaryFolders()).toEqual([base.path, '/tmp', '/var/tmp', MEMORY_FOLDER])
  })
})

describe('hasRoom', () => {
  const inMemory = process.platform === 'linux' ? it : undefined
  inMemory?.('is about a folder in memory that has room, and about the memory', () => {
    expect(hasRoom({ folder: '/proc', memoryBytes: 2 ** 40 })).toBe(false)
    expect(hasRoom({ folder: '/nowhere', memoryBytes: 2 ** 40 })).toBe(false)
    expect(hasRoom({ memoryBytes: 2 ** 30 })).toBe(false)
  })
})

describe('runsPrograms', () => {
  it.each([
    ['tmpfs /dev/shm tmpfs rw,relatime,size=65536k 0 0\n', true],
    ['tmpfs /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime 0 0\n', false],
    ['tmpfs /dev/shm tmpfs rw 0 0\nshm /dev/shm tmpfs rw,noexec 0 0\n', false],
    ['/dev/vda / ext4 rw 0 0\n', false],
    ['', false],
  ])('reads from %j whether programs run in memory', (mounts, runs) => {
    expect(runsPrograms(mounts)).toBe(runs)
  })
})

describe('createCluster', () => {
  it('ends its processes where it is told to end meanwhile', async () => {
    const other = createRunFolder('123456789abcdef0', account, { mayBeInMemory: true })
    const job = { programs, folder: other, password: 'secret', account }

    const making = createCluster(job, AbortSignal.timeout(50))

    await expect(making).rejects.toMatchObject({ code: 'POSTGRES_DID_NOT_START' })
    expect(processesWith(other)).toEqual([])
  })

  it('makes nothing where it is told to end before', async () => {
    const other = createRunFolder('23456789abcdef01', account, { mayBeInMemory: true })
    const job = { programs, folder: other, password: 'secret', account }

    const making = createCluster(job, AbortSignal.abort(new Error('the parent is gone')))

    await expect(making).rejects.toThrow('the parent is gone')
    expect(readdirSync(other)).toEqual([])
  })
})

describe('startServer', () => {
  it('takes another port where the chosen one has been taken meanwhile', async () => {
    await using taken = await listen(0)
    await using free = await listen(0)
    const ports = [taken.port, taken.port, free.port]
    await free[Symbol.asyncDispose]()

    const choosePort = async () => ports.shift() ?? 0
    const server = await startServer({ programs, data, account, settings, choosePort }, signal)
    await server.stop()

    expect(server.port).toBe(free.port)
  })

  it('gives up where every port is taken', async () => {
    await using taken = await listen(0)
    let asked = 0
    const choosePort = async () => {
      asked++
      return taken.port
    }

    const starting = startServer({ programs, data, account, settings, choosePort }, signal)

    await expect(starting).rejects.toMatchObject({
      code: 'POSTGRES_DID_NOT_START',
      message: expect.stringContaining('Address already in use'),
    })
    expect(asked).toBe(5)
  })

  it('tries once where the reason is not the port', async () => {
    let asked = 0
    const choosePort = async () => {
      asked++
      return 54_321
    }
    const wrong = { shared_buffers: 'plenty' }

    const starting = startServer({ programs, data, account, settings: wrong, choosePort }, signal)

    await expect(starting).rejects.toMatchObject({ code: 'POSTGRES_DID_NOT_START' })
    expect(asked).toBe(1)
  })

  it('ends the server where it is told to end while it starts', async () => {
    await using free = await listen(0)
    const controller = new AbortController()
    const choosePort = async () => {
      await free[Symbol.asyncDispose]()
      controller.abort(new Error('the parent is gone'))
      return free.port
    }

    const starting = startServer(
      { programs, data, account, settings, choosePort },
      controller.signal,
    )

    await expect(starting).rejects.toThrow('the parent is gone')
    expect(processesWith(data)).toEqual([])
  })
})

async function listen(wanted: number): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer()
  server.listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const close = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  }
  return { port, [Symbol.asyncDispose]: close }
}
