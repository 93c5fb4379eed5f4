import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from './published-packages.ts'

interface Locked {
  readonly version?: string
  readonly link?: boolean
}

// Where this repository has what an app has at the top: the dependencies of the command, and the compiler
// of users, for its own is a newer one.
const AT_THE_TOP = {
  'packages/cli/node_modules/': 'node_modules/',
  'packages/release-checks/node_modules/': 'node_modules/',
}

/** The packages of others that this repository has locked, laid out for an app of a user. */
export class LockedVersions {
  readonly #packages: ReadonlyMap<string, Locked>

  constructor() {
    const { packages } = JSON.parse(
      readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8'),
    ) as { packages: Record<string, Locked> }
    const installed = Object.entries(packages).filter(([, { link }]) => !link)
    const laid = Object.entries(AT_THE_TOP).flatMap(([from, to]) =>
      installed.flatMap(([path, locked]): [string, Locked][] =>
        path.startsWith(from) ? [[to + path.slice(from.length), locked]] : [],
      ),
    )
    const others = installed.filter(([path]) => path.startsWith('node_modules/'))
    this.#packages = new Map([...others, ...laid])
  }

  /** The version of each of these packages. */
  of(names: readonly string[]): Record<string, string> {
    return Object.fromEntries(
      names.map((name) => {
        const version = this.#packages.get(`node_modules/${name}`)?.version
        if (version === undefined) throw new Error(`${name} is not locked in this repository.`)
        return [name, version]
      }),
    )
  }

  /** A lockfile with all of them. npm takes out what an app does not need, and asks for no version. */
  lockfile(manifest: object): object {
    return {
      name: 'shop',
      lockfileVersion: 3,
      requires: true,
      packages: { '': manifest, ...Object.fromEntries(this.#packages) },
    }
  }
}
