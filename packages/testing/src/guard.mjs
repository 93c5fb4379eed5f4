// Owns one Postgres: starts it, tells its parent when it is ready, and stops it and removes its
// folder when the parent closes the pipe, however the parent ended. It runs in a session of its own,
// so that a Ctrl-C for the parent does not reach it first.
//
// The parent writes one line of JSON to standard input and keeps it open. This process writes lines
// of JSON to standard output: { ready } or { failed }.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

const FAST_STOP_MS = 5_000
const IMMEDIATE_STOP_MS = 2_000

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
// The parent may be gone when a line is written to it.
process.stdout.on('error', () => {})

const input = createInterface({ input: process.stdin })
input.once('line', (line) => run(JSON.parse(line)))

/** @param {import('./guard-postgres.ts').GuardJob} job */
function run(job) {
  const server = spawn(job.program, job.args, {
    ...job.spawn,
    cwd: job.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise((resolve) => {
    server.once('error', resolve)
    server.once('exit', resolve)
  })
  const lastLines = []
  for (const stream of [server.stdout, server.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line)
      if (lastLines.length > 20) lastLines.shift()
      if (line.includes('ready to accept connections')) tell({ ready: server.pid })
    })
  }

  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    for (const [signal, ms] of [
      ['SIGINT', FAST_STOP_MS],
      ['SIGQUIT', IMMEDIATE_STOP_MS],
      ['SIGKILL', IMMEDIATE_STOP_MS],
    ]) {
      server.kill(signal)
      if (await endsWithin(ended, ms)) break
    }
    rmSync(job.folder, { recursive: true, force: true, maxRetries: 3 })
    process.exit(0)
  }
  input.once('close', () => void stop())
  void ended.then(() => {
    // Heard only by a parent that still waits for the server to be ready.
    tell({ failed: lastLines })
    return stop()
  })
}

/** @param {object} message */
function tell(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

/** @param {Promise<unknown>} ended @param {number} ms */
async function endsWithin(ended, ms) {
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  try {
    return await Promise.race([ended.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
