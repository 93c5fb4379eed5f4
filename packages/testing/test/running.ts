import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** The command lines of all processes that run and whose command line contains a text. */
export function processesWith(text: string): string[] {
  return commandLines().filter((line) => line.includes(text))
}

/** Whether a process runs; one that waits only for its parent to ask for its end does not. */
export function isRunning(pid: number): boolean {
  if (!existsSync('/proc/self/stat')) return spawnSync('ps', ['-p', String(pid)]).status === 0
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function commandLines(): string[] {
  if (!existsSync('/proc/self/cmdline')) {
    return spawnSync('ps', ['-axww', '-o', 'command='], { encoding: 'utf8' }).stdout.split('\n')
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
}
