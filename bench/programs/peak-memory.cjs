// Loaded before a program: leaves its peak memory, in bytes, in a file when it ends.
const { readFileSync, writeFileSync } = require('node:fs')

process.on('exit', () => writeFileSync(process.env.PEAK_MEMORY_FILE, String(peakBytes())))

function peakBytes() {
  try {
    // What getrusage calls the peak includes the parent's memory at the fork.
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
    return Number(kilobytes) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}
