import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { builtinModules, createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

// The package names its program for this machine, and brings no types.
const workerd: { readonly default: string } = createRequire(import.meta.url)('workerd')

/** A Worker that Cloudflare's own runtime serves on this machine. */
export interface Worker {
  readonly url: string
  stop(): Promise<void>
}

/** Bundles a module as Wrangler does, and serves it. */
export async function startWorker(
  entry: string,
  bindings: Readonly<Record<string, string>>,
): Promise<Worker> {
  const folder = await mkdtemp(join(tmpdir(), 'worker-'))
  const wasm: string[] = []
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile: join(folder, 'worker.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [wasmModules(wasm), nodeModules()],
    logLevel: 'silent',
  })
  await Promise.all(wasm.map((file) => copyFile(file, join(folder, basename(file)))))
  await writeFile(join(folder, 'config.capnp'), configuration(wasm, bindings))

  const server = spawn(workerd.default, ['serve', '--control-fd=3', 'config.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  let log = ''
  server.stderr?.on('data', (chunk) => {
    log += String(chunk)
  })
  const ended = once(server, 'exit')
  // The pipe that was asked for above.
  const control = createInterface({ input: server.stdio[3] as Readable })
  const port = await new Promise<number>((resolve, reject) => {
    control.on('line', (line) => {
      const message: { event: string; port: number } = JSON.parse(line)
      if (message.event === 'listen') resolve(message.port)
    })
    server.once('exit', (code) => reject(new Error(`workerd ended with ${code}:\n${log}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

// A Worker cannot compile WebAssembly: it is a module of the configuration.
function wasmModules(found: string[]): Plugin {
  return {
    name: 'wasm-modules',
    setup: ({ onResolve }) =>
      onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => {
        const file = join(resolveDir, path.replace('?module', ''))
        found.push(file)
        return { path: `./${basename(file)}`, external: true }
      }),
  }
}

// The modules of Node.js that a Worker has are ES modules, also for CommonJS.
function nodeModules(): Plugin {
  const names = new RegExp(`^(node:)?(${builtinModules.join('|')})$`)
  return {
    name: 'node-modules',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: names }, ({ path, kind }) => {
        const id = path.startsWith('node:') ? path : `node:${path}`
        return kind === 'require-call'
          ? { path: id, namespace: 'required' }
          : { path: id, external: true }
      })
      onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
        contents: `import module_ from '${path}'; module.exports = module_`,
      }))
    },
  }
}

function configuration(
  wasm: readonly string[],
  bindings: Readonly<Record<string, string>>,
): string {
  const modules = wasm.map(
    (file) => `(name = "${basename(file)}", wasm = embed "${basename(file)}")`,
  )
  const values = Object.entries(bindings).map(
    ([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs"), ${modules.join(', ')}],
  # From 2026-08-04 on, the modules of Node.js need no flag.
  compatibilityDate = "2026-11-01",
  bindings = [${values.join(', ')}],
);
`
}
