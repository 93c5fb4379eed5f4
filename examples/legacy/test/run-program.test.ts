import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Program, runProgram, runToSuccess } from '../demo/run-program.ts'

const cwd = import.meta.dirname
const ENDLESS = ['-e', 'setInterval(() => {}, 1000)']

describe('Program', () => {
  it('is ended with its group when it is disposed of', async () => {
    const program = new Program(ENDLESS, { cwd })

    await program[Symbol.asyncDispose]()

    expect(program.hasEnded).toBe(true)
  })

  it('does not outlive a process that exits', async () => {
    const parent = fork(join(cwd, 'fixtures/leave-a-program.ts'), { execArgv: ['--import', 'tsx'] })
    // The fixture sends one message: the id of the program that it has started.
    const [pid] = (await once(parent, 'message')) as [number]
    await once(parent, 'exit')

    await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false)
  })
})

describe('runProgram', () => {
  it('ends a program whose time is over', async () => {
    const { code, ms } = await runProgram(ENDLESS, { cwd, timeoutMs: 200 })

    expect(code).toBeNull()
    expect(ms).toBeLessThan(5_000)
  })

  it('gives no program the settings of a test run', async () => {
    const print = [
      '-p',
      '[process.env.NODE_ENV, process.env.VITEST, process.env.DATABASE_URL].join()',
    ]

    expect((await runProgram(print, { cwd, timeoutMs: 10_000 })).stdout).toBe(',,\n')
  })
})

describe('runToSuccess', () => {
  it('throws with what the program printed', async () => {
    const failing = ['-e', 'console.error("no such thing"); process.exit(4)']

    await expect(runToSuccess('next build', failing, { cwd, timeoutMs: 10_000 })).rejects.toThrow(
      /^next build failed with code 4 in .*\nno such thing$/s,
    )
  })
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
