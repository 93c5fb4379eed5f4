import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { build, type Plugin } from 'esbuild'

const require = createRequire(import.meta.url)
const COMPILER = '@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs'
// Cloudflare's runtime has `node:fs`, which pg asks for, from 2025-09-15 on.
const COMPATIBILITY_DATE = '2025-10-01'

/** A Worker in Cloudflare's own runtime. */
export class WorkerdServer implements AsyncDisposable {
  readonly url: string
  readonly #child: ChildProcess
  readonly #folder: string

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child
    this.#folder = folder
    this.url = `http://127.0.0.1:${port}`
    process.once('exit', this.#remove)
  }

  /** Bundles a Worker as its own tools do, and serves it with these variables. */
  static async start(
    worker: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<WorkerdServer> {
    const folder = mkdtempSync(join(tmpdir(), 'oneprisma-workerd-'))
    await build({
      entryPoints: [worker],
      outfile: join(folder, 'worker.js'),
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['workerd', 'worker', 'browser'],
      external: ['cloudflare:*', '*.wasm'],
      plugins: [nodeModules],
    })
    // A module that exports a string.
    const { wasm } = (await import(COMPILER)) as { wasm: string }
    writeFileSync(join(folder, 'compiler.wasm'), Buffer.from(wasm, 'base64'))
    writeFileSync(join(folder, 'config.capnp'), configOf(variables))

    // Its package exports the path of its binary.
    const { default: program } = require('workerd') as { default: string }
    const child = spawn(program, ['serve', join(folder, 'config.capnp'), '--control-fd=3'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    })
    return new WorkerdServer(child, folder, await portOf(child))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#remove)
    const exit = once(this.#child, 'exit')
    this.#remove()
    await exit
  }

  readonly #remove = (): void => {
    this.#child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

// CommonJS asks for Node's modules by `require`, which a Worker does not have.
const nodeModules: Plugin = {
  name: 'node-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?[a-z_/]+$/ }, ({ path, kind }) => {
      const name = path.replace('node:', '')
      if (!builtinModules.includes(name)) return undefined
      return kind === 'require-call'
        ? { path: name, namespace: 'node' }
        : { path: `node:${name}`, external: true }
    })
    onLoad({ filter: /./, namespace: 'node' }, ({ path }) => ({
      contents: `import all from 'node:${path}'; module.exports = all`,
    }))
  },
}

function configOf(variables: Readonly<Record<string, string>>): string {
  const bindings = Object.entries(variables).map(
    ([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [
    (name = "worker", esModule = embed "worker.js"),
    (name = "compiler.wasm", wasm = embed "compiler.wasm"),
  ],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  compatibilityFlags = ["nodejs_compat"],
  bindings = [${bindings.join(', ')}]
);`
}

/** The port that it says it listens on. */
async function portOf(child: ChildProcess): Promise<number> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'exit').then(() => {
    throw new Error(`workerd did not start:\n${said}`)
  })
  ended.catch(() => {})
  // It was spawned with a pipe there.
  const control = child.stdio[3] as Readable
  const [line] = await Promise.race([once(control, 'data'), ended])
  const { port }: { port: number } = JSON.parse(String(line))
  return port
}
