import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A MariaDB with a data folder of its own. */
export interface MariaDb {
  readonly host: string
  readonly port: number
  readonly user: string
  stop(): Promise<void>
}

/** Whether Debian's `mariadb-server`, or another one with the same programs, is installed. */
export function hasMariaDb(): boolean {
  try {
    execFileSync('mariadbd', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Starts a MariaDB on a free port of this machine. */
export async function startMariaDb(): Promise<MariaDb> {
  if (!hasMariaDb()) throw new Error('Install mariadb-server: its program mariadbd is not found.')
  const folder = await mkdtemp(join(tmpdir(), 'mariadb-'))
  const port = await freePort()
  const user = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()
  const common = ['--no-defaults', `--datadir=${folder}`, `--user=${user}`]
  execFileSync(
    'mariadb-install-db',
    [...common, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { stdio: 'ignore' },
  )
  const server = spawn(
    'mariadbd',
    [...common, '--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(folder, 'socket')}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = once(server, 'exit')
  let log = ''
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (chunk) => {
      log += String(chunk)
      if (log.includes('ready for connections')) resolve()
    })
    server.once('exit', () => reject(new Error(`MariaDB ended:\n${log}`)))
  })
  return {
    host: '127.0.0.1',
    port,
    user: 'root',
    stop: async () => {
      server.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // It listens on TCP, so that its address has a port.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
