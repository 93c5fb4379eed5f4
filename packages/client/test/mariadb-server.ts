import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const READY = /ready for connections/
const PASSWORD = 'secret'

/**
 * Whether the tests on MariaDB run. Where ONEPRISMA_ENGINES is `required` they do in any case, and
 * fail by the name of what is missing.
 */
export const runsMariaDb: boolean =
  process.env['ONEPRISMA_ENGINES'] === 'required' ||
  spawnSync('mariadbd', ['--version']).status === 0

/** A MariaDB of one's own, on a free port of 127.0.0.1, in a folder that goes with it. */
export class MariaDbServer implements AsyncDisposable {
  readonly port: number
  readonly password: string = PASSWORD
  readonly #child: ChildProcess
  readonly #folder: string

  private constructor(child: ChildProcess, port: number, folder: string) {
    this.#child = child
    this.port = port
    this.#folder = folder
    process.once('exit', this.#remove)
  }

  static async start(): Promise<MariaDbServer> {
    const folder = mkdtempSync(join(tmpdir(), 'oneprisma-mariadb-'))
    const { username: user } = userInfo()
    const shared = [`--datadir=${folder}`, `--user=${user}`]
    const install = spawnSync(
      'mariadb-install-db',
      ['--no-defaults', ...shared, '--auth-root-authentication-method=normal', '--skip-test-db'],
      { encoding: 'utf8' },
    )
    if (install.error !== undefined) {
      rmSync(folder, { recursive: true })
      throw new Error(
        'mariadbd is not installed. It is the Debian package "mariadb-server": `apt-get install mariadb-server`.',
        { cause: install.error },
      )
    }
    const port = await freePort()
    const child = spawn(
      'mariadbd',
      ['--no-defaults', `--port=${port}`, `--socket=${join(folder, 'socket')}`, ...shared].concat(
        '--bind-address=127.0.0.1',
        '--innodb-flush-log-at-trx-commit=0',
      ),
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const server = new MariaDbServer(child, port, folder)
    await server.#ready()
    server.#setPassword()
    return server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#remove)
    const exit = once(this.#child, 'exit')
    this.#remove()
    await exit
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #ready(): Promise<void> {
    const said: string[] = []
    const lines = createInterface({ input: this.#child.stderr ?? process.stdin })
    for await (const line of lines) {
      said.push(line)
      if (READY.test(line)) {
        // It goes on talking, and must not wait for somebody to listen.
        this.#child.stderr?.resume()
        return
      }
    }
    throw new Error(`mariadbd did not start:\n${said.join('\n')}`)
  }

  #setPassword(): void {
    const sql = `CREATE DATABASE oneprisma; CREATE USER app@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'; GRANT ALL ON *.* TO app@'127.0.0.1'`
    const socket = `--socket=${join(this.#folder, 'socket')}`
    const { status, stderr } = spawnSync(
      'mariadb',
      ['--no-defaults', socket, '-uroot', '-e', sql],
      {
        encoding: 'utf8',
      },
    )
    if (status !== 0) throw new Error(`mariadbd could not be prepared:\n${stderr}`)
  }

  readonly #remove = (): void => {
    this.#child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // It listens on a port, not on a path.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
