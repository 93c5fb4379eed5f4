import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

// Holds the process while it is connected, as a pool does, but not for ever.
const CLIENT = `
let connection
const prisma = {
  user: {
    async findMany() {
      connection ??= setTimeout(() => console.log('client: held'), 500)
      await null
      if (process.env.FAILS === 'yes') throw new Error('no such table')
      return [{ id: 0 }, { id: 1 }, { id: 2 }]
    },
  },
  async $disconnect() {
    await new Promise((resolve) => setImmediate(resolve))
    clearTimeout(connection)
    connection = undefined
    console.log('client: disconnected')
  },
}
process.on('exit', () => {
  if (connection !== undefined) console.log('client: open at the end')
})
`

export interface RunScriptOptions {
  readonly format: 'esm' | 'cjs'
  /** Whether queries fail. */
  readonly fails: boolean
}

export interface ScriptRun {
  readonly code: number
  /** What the script printed itself. */
  readonly said: readonly string[]
  /** The first line of what was said about an error. */
  readonly error: string | undefined
  readonly isDisconnected: boolean
}

/** Runs a script by Node, with a client that says when it is disconnected. */
export async function runScript(
  script: string,
  { format, fails }: RunScriptOptions,
): Promise<ScriptRun> {
  const folder = mkdtempSync(join(tmpdir(), 'script-ending-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'client.js'), `${CLIENT}export { prisma }\n`)
    writeFileSync(join(folder, 'client.cjs'), `${CLIENT}module.exports = { prisma }\n`)
    const file = join(folder, format === 'esm' ? 'script.mjs' : 'script.cjs')
    writeFileSync(file, script)
    const child = spawn(process.execPath, [file], {
      env: { FAILS: fails ? 'yes' : 'no' },
      timeout: 20_000,
    })
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ])
    const lines = stdout.split('\n').filter((line) => line !== '')
    return {
      code: Number(code),
      said: lines.filter((line) => !line.startsWith('client:')),
      error: stderr.split('\n').find((line) => line.startsWith('Error:')),
      isDisconnected:
        lines.includes('client: disconnected') &&
        !lines.includes('client: held') &&
        !lines.includes('client: open at the end'),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
