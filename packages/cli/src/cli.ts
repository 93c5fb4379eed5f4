import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { main } from './main.ts'
import type { Screen, World } from './world.ts'

// The bundle lies in a folder beside it.
const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { readonly version: string }

const { stdin, stdout, stderr, env } = process
const world: World = {
  cwd: process.cwd(),
  version,
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  hasColours: hasColours(stdout),
  canAsk: stdin.isTTY && stdout.isTTY && !env['CI'],
  // A terminal that does not know its size has 0.
  columns: stdout.isTTY && stdout.columns > 0 ? stdout.columns : undefined,
  env,
  now: Date.now,
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {}),
  onEnd,
  screen: stderr.isTTY && env['TERM'] !== 'dumb' ? screen() : undefined,
}
for (const stream of [stdout, stderr]) stream.on('error', onOutputError)
process.exitCode = await main(process.argv.slice(2), world)

/** https://no-color.org and https://force-color.org */
function hasColours({ isTTY }: { readonly isTTY: boolean }): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0'
  return isTTY && env['TERM'] !== 'dumb'
}

function screen(): Screen {
  return {
    // A window can be resized; one that does not know its size has 0.
    get columns() {
      return stderr.columns || 80
    },
    get rows() {
      return stderr.rows || 24
    },
    hasColours: hasColours(stderr),
    write: (text) => void stderr.write(text),
  }
}

function onEnd(listener: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const stop = (): void => {
    for (const signal of signals) process.off(signal, end)
    stdout.off('error', end)
  }
  const end = (): void => {
    stop()
    listener()
  }
  for (const signal of signals) process.on(signal, end)
  stdout.on('error', end)
  return stop
}

function onOutputError(error: NodeJS.ErrnoException): void {
  // A reader that has seen enough, such as `head`, does not stop what is being done.
  if (error.code === 'EPIPE') return
  stderr.write(`oneprisma failed: the results could not be written (${error.message}).\n`)
  process.exit(2)
}
