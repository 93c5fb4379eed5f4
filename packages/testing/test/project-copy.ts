import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { packageFor } from '../src/guard/native-programs.mjs'
import { Child } from './child.ts'
import { TemporaryFolder } from './temporary-folder.ts'

/** An account of the system. */
export interface User {
  readonly uid: number
  readonly gid: number
}

const SOURCE = fileURLToPath(new URL('../src', import.meta.url))
const FIXTURE = fileURLToPath(new URL('./fixtures/start-and-end.ts', import.meta.url))
const PACKAGE = packageFor(process.platform, process.arch)
const INSTALLED = dirname(dirname(fileURLToPath(import.meta.resolve(PACKAGE))))

/**
 * A folder with all that a project needs to start a Postgres, as `npm ci --ignore-scripts` leaves it:
 * without the links between the libraries.
 */
export class ProjectCopy implements Disposable {
  readonly #folder = new TemporaryFolder()
  readonly #user: User | undefined
  /** The folder for temporary files of the processes that are started here. */
  readonly base: TemporaryFolder = new TemporaryFolder()
  readonly package: string = join(this.#folder.path, 'node_modules', PACKAGE)
  readonly libraries: string = join(this.package, 'native', 'lib')

  private constructor(user: User | undefined) {
    this.#user = user
  }

  /** Makes a copy; where a user is given, it belongs to that user, who also runs what is started. */
  static async make(user?: User): Promise<ProjectCopy> {
    const copy = new ProjectCopy(user)
    cpSync(join(SOURCE, 'guard'), join(copy.#folder.path, 'guard'), { recursive: true })
    cpSync(INSTALLED, copy.package, {
      recursive: true,
      filter: (path) => !path.endsWith('.a') && !lstatSync(path).isSymbolicLink(),
    })
    await build({
      entryPoints: [FIXTURE],
      outfile: join(copy.#folder.path, 'start.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['pg-native'],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    })
    if (user !== undefined) {
      for (const path of [...copy.#paths, copy.base.path]) chownSync(path, user.uid, user.gid)
    }
    return copy
  }

  /** How many links there are between the libraries. */
  get links(): number {
    return readdirSync(this.libraries, { withFileTypes: true }).filter((it) => it.isSymbolicLink())
      .length
  }

  /** Leaves the rights of the owner alone, as an installation with `umask 077` does. */
  setPrivate(): void {
    for (const path of this.#paths) chmodSync(path, statSync(path).mode & 0o700)
  }

  setReadOnlyLibraries(): void {
    chmodSync(this.libraries, 0o555)
  }

  removePackage(): void {
    rmSync(this.package, { recursive: true })
  }

  /** Starts a process that starts a server from here. */
  start(): Child {
    const script = join(this.#folder.path, 'start.mjs')
    return new Child([script, 'waits', this.base.path], { ...this.#user, cwd: this.#folder.path })
  }

  get #paths(): string[] {
    const { path } = this.#folder
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
    return [path, ...names.map((name) => join(path, name))]
  }

  [Symbol.dispose](): void {
    if (existsSync(this.libraries)) chmodSync(this.libraries, 0o755)
    this.#folder[Symbol.dispose]()
    this.base[Symbol.dispose]()
  }
}

/** An account without rights of its own, where this process may run others as it. */
export function ordinaryUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout),
  )
  return uid && gid ? { uid, gid } : undefined
}
