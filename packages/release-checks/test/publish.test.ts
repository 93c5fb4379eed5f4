import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { REPOSITORY } from './published-packages.ts'
import { run, type Run } from './run.ts'
import { TemporaryFolder } from './temporary-folder.ts'

let folder: TemporaryFolder

beforeEach(() => {
  folder = new TemporaryFolder()
})
afterEach(() => folder[Symbol.dispose]())

/** Publishes with a program in the place of npm, which answers to `view` with this script. */
function publish(view: string, ...args: string[]): Promise<Run> {
  const log = join(folder.path, 'published')
  folder.write({
    npm: `#!/bin/sh
case $1 in
  view) ${view} ;;
  publish) echo "$(basename "$PWD") $*" >> '${log}' ;;
esac
`,
  })
  chmodSync(join(folder.path, 'npm'), 0o755)
  const script = join(REPOSITORY, 'packages/release-checks/scripts/publish.mjs')
  return run(process.execPath, [script, ...args], {
    cwd: folder.path,
    env: { PATH: `${folder.path}:${process.env['PATH'] ?? ''}` },
  })
}

function published(): readonly string[] {
  const path = join(folder.path, 'published')
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
}

const NOT_FOUND = `echo '{ "error": { "code": "E404" } }'; exit 1`

describe('publish.mjs', () => {
  it('publishes every package that npm does not have, and hands on its arguments', async () => {
    const { code } = await publish(NOT_FOUND, '--tag', 'next')

    expect(code).toBe(0)
    expect(published()).toEqual([
      'client publish --ignore-scripts --tag next',
      'testing publish --ignore-scripts --tag next',
      'eslint-plugin publish --ignore-scripts --tag next',
      'cli publish --ignore-scripts --tag next',
    ])
  })

  it('leaves alone what npm has, so that it can be run again', async () => {
    const { code, stdout } = await publish(
      `case $2 in oneprisma@*) ${NOT_FOUND} ;; *) echo '"0.1.0"' ;; esac`,
    )

    expect(code).toBe(0)
    expect(stdout).toContain('@oneprisma/client')
    expect(published()).toEqual(['cli publish --ignore-scripts'])
  })

  it('publishes nothing where npm cannot be asked', async () => {
    const { code, stderr } = await publish(`echo '{ "error": { "code": "ETIMEDOUT" } }'; exit 1`)

    expect(code).toBe(1)
    expect(stderr).toContain('npm could not be asked for @oneprisma/client')
    expect(published()).toEqual([])
  })

  it('stops at the first package that is refused', async () => {
    const { code, stderr } = await publish(`${NOT_FOUND} ;;\n  publish) exit 1`)

    expect(code).toBe(1)
    expect(stderr).toContain('npm did not publish @oneprisma/client')
  })
})
