// Runs `node --test` with one run for all files. Node's runner has no global set-up before version 24.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TestingError } from '../errors.ts'
import { becomeCoordinator } from './coordinator.ts'

const USAGE = `Usage: oneprisma-node-test <set-up module> [arguments of node --test]

Starts the run of the set-up module, which awaits \`testDatabase()\` of @oneprisma/testing/node, and
then \`node --import <set-up module> --test\`, whose files find their databases in it.`
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  // Errors of ours are meant to be read; any other shows where it comes from.
  console.error(error instanceof TestingError ? `${error.code}: ${error.message}` : error)
  process.exitCode = 2
}

async function main([setUp, ...args]: string[]): Promise<number> {
  if (setUp === undefined || setUp.startsWith('-')) {
    console.error(USAGE)
    return 2
  }
  const module = setUp.startsWith('.') ? pathToFileURL(resolve(setUp)).href : setUp
  const coordinator = becomeCoordinator()
  await import(module)
  if (coordinator.run === undefined) {
    throw new TestingError(
      'GLOBAL_SETUP_MISSING',
      `${setUp} starts no run. Await \`testDatabase()\` of @oneprisma/testing/node in it.`,
    )
  }
  try {
    return await runTests(['--import', module, '--test', ...args])
  } finally {
    await coordinator.run.close()
  }
}

/** Runs the tests, and is ended by a signal only after them. */
async function runTests(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...args], { stdio: 'inherit' })
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal)
  }
  for (const signal of SIGNALS) process.on(signal, forward)
  try {
    const [code]: unknown[] = await once(child, 'exit')
    return typeof code === 'number' ? code : 1
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward)
  }
}
