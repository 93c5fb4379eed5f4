import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PUBLISHED, REPOSITORY } from './published-packages.ts'
import { run } from './run.ts'

const versions = Object.values(PUBLISHED).map((folder) => {
  const manifest = readFileSync(join(REPOSITORY, folder, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
})
const [version = ''] = versions

function checkTag(tag: string): ReturnType<typeof run> {
  const script = join(import.meta.dirname, '../scripts/check-tag.mjs')
  return run(process.execPath, [script, tag], { cwd: REPOSITORY })
}

describe('the version of a release', () => {
  it('is one for all packages', () => {
    expect(versions).toEqual(versions.map(() => version))
  })

  it('is that of the lockfile', () => {
    const lockfile = readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')
    const { packages } = JSON.parse(lockfile) as { packages: Record<string, { version?: string }> }

    const locked = Object.values(PUBLISHED).map((folder) => packages[folder]?.version)
    expect(locked).toEqual(versions)
  })

  it('is told of by every changelog, and named by the tag', async () => {
    expect(await checkTag(`v${version}`)).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('refuses a tag that names another', async () => {
    const { code, stderr } = await checkTag('v9.9.9')

    expect(code).toBe(1)
    expect(stderr).toContain(`@oneprisma/client has version ${version}, and the tag is "v9.9.9".\n`)
  })
})
