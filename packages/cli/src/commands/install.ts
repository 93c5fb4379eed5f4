import { spawn } from 'node:child_process'
import { platform } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const TIMEOUT_MS = 600_000

/**
 * Runs `install` of a package manager, which prints to stderr, and says whether it succeeded. A
 * signal goes on to it. Ctrl-C stops it and not this command; other signals take effect afterwards.
 */
export async function install(packageManager: string, root: string): Promise<boolean> {
  const child = spawn(packageManager, ['install'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // On Windows it is a script, which only a shell runs.
    shell: platform() === 'win32',
  })
  let received: NodeJS.Signals | undefined
  const pass = (signal: NodeJS.Signals): void => {
    received = signal
    child.kill(signal)
  }
  for (const signal of SIGNALS) process.on(signal, pass)
  // Not the option of `spawn`: its timer holds the process where the program is not there.
  const timer = setTimeout(() => child.kill(), TIMEOUT_MS)
  try {
    return await new Promise((resolve) => {
      child.once('error', () => resolve(false))
      child.once('close', (code) => resolve(code === 0))
    })
  } finally {
    clearTimeout(timer)
    for (const signal of SIGNALS) process.off(signal, pass)
    if (received !== undefined && received !== 'SIGINT') process.kill(process.pid, received)
  }
}
