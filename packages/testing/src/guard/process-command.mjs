import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const LOOKUP_TIMEOUT_MS = 10_000

/**
 * Whether a process runs whose command line contains a text. A process id alone does not identify a
 * process: the system gives it to another one later. A zombie has no command line and does not run.
 *
 * @param {number} pid
 * @param {string} text
 */
export function runsWith(pid, text) {
  return commandOf(pid).includes(text)
}

/** @param {number} pid */
function commandOf(pid) {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    } catch {
      return ''
    }
  }
  const [program, ...args] =
    process.platform === 'win32'
      ? [
          'powershell',
          '-NoProfile',
          '-Command',
          `(Get-CimInstance Win32_Process -Filter ProcessId=${pid}).CommandLine`,
        ]
      : ['ps', '-p', String(pid), '-ww', '-o', 'command=']
  return spawnSync(program, args, { encoding: 'utf8', timeout: LOOKUP_TIMEOUT_MS }).stdout ?? ''
}
