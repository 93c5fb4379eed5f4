import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { pack } from './pack.ts'
import { NAMES, PUBLISHED, REPOSITORY, type PublishedName } from './published-packages.ts'
import { succeed } from './run.ts'

/** What a registry answers for a package: its versions, and where their tarballs are. */
interface Packument {
  readonly name: string
  readonly 'dist-tags': Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, object>>
}

/**
 * A registry that has the packages of this repository as if they had been published, and sends
 * npm for all else to the registry that it is configured with.
 */
export class NpmRegistry implements AsyncDisposable {
  readonly #server = createServer((request, response) => this.#answer(request, response))
  readonly #tarballs = new Map<string, Buffer>()
  readonly #packuments = new Map<string, Packument>()
  #upstream = ''

  /** The address to configure npm with. */
  get url(): string {
    // It listens on a port, and not on a pipe.
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}`
  }

  /** Packs the packages into a folder, and begins to listen. */
  async start(folder: string): Promise<void> {
    this.#upstream = (await succeed('npm', ['config', 'get', 'registry'], { cwd: folder })).trim()
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    await Promise.all(NAMES.map((name) => this.#publish(name, folder)))
  }

  async #publish(name: PublishedName, folder: string): Promise<void> {
    const { path } = await pack(name, folder)
    const manifest = JSON.parse(
      readFileSync(join(REPOSITORY, PUBLISHED[name], 'package.json'), 'utf8'),
    ) as { version: string }
    const tarball = readFileSync(path)
    const address = `/tarballs/${basename(path)}`
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    this.#tarballs.set(address, tarball)
    this.#packuments.set(`/${name}`, {
      name,
      'dist-tags': { latest: manifest.version },
      versions: {
        [manifest.version]: { ...manifest, dist: { tarball: this.url + address, integrity } },
      },
    })
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(request.url ?? '')
    const tarball = this.#tarballs.get(path)
    const packument = this.#packuments.get(path)
    // The next registry on this port may have other packages by the same names.
    response.setHeader('cache-control', 'no-store')
    if (tarball !== undefined) response.end(tarball)
    else if (packument !== undefined) response.end(JSON.stringify(packument))
    else response.writeHead(307, { location: this.#upstream + request.url?.slice(1) }).end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
