import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { generatePrismaClient } from '@oneprisma/testing'

export const VARIANTS = ['per-route', 'documented', 'oneprisma'] as const
export type Variant = (typeof VARIANTS)[number] | 'disconnect'
export type Bundler = 'turbopack' | 'webpack'
export const BUNDLERS: readonly Bundler[] = ['turbopack', 'webpack']

const require = createRequire(import.meta.url)
const root = join(import.meta.dirname, '..')
/** Where benches put what they make; nothing of it is left when they end. */
export const workFolder = join(root, '.work')

/** A copy of the bench's Next.js app in one variant, to build, run and edit. */
export class BenchApp implements Disposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
    process.once('exit', this.#remove)
  }

  /** Copies the template; its shared module is the variant's. */
  static async create(name: string, variant: Variant, provider?: string): Promise<BenchApp> {
    const app = new BenchApp(join(workFolder, `${process.pid}-${name}`))
    rmSync(app.folder, { recursive: true, force: true })
    mkdirSync(app.folder, { recursive: true })
    cpSync(join(root, 'app'), app.folder, { recursive: true })
    rmSync(join(app.folder, 'variants'), { recursive: true })
    cpSync(join(root, 'app/variants', `${variant}.ts`), join(app.folder, 'lib/prisma.ts'))
    app.#install('@oneprisma/client')
    if (provider === 'prisma-client-js') app.#useNodeModules()
    await app.generate()
    return app
  }

  async generate(): Promise<void> {
    await generatePrismaClient({ cwd: this.folder })
  }

  /** Adds an empty model to the schema; `generate` makes it known. */
  addModel(name: string): void {
    const text = `\nmodel ${name} {\n  id Int @id @default(autoincrement())\n}\n`
    this.edit('prisma/schema.prisma', (schema) => schema + text)
  }

  /** Whether the bundles of the dev server, on disk, hold the schema of a model. */
  isBuiltWith(model: string): boolean {
    const folder = join(this.folder, '.next/dev/server')
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .some((file) => readFileSync(join(folder, file), 'utf8').includes(`model ${model} {`))
  }

  /** Changes a file in one write, as an editor does. */
  edit(file: string, change: (text: string) => string): void {
    const path = join(this.folder, file)
    writeFileSync(path, change(readFileSync(path, 'utf8')))
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#remove)
    this.#remove()
  }

  readonly #remove = (): void => {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  /** Copies a package of this workspace into the app, where bundlers treat it as an installed one. */
  #install(name: string): void {
    const source = dirname(require.resolve(`${name}/package.json`))
    const target = join(this.folder, 'node_modules', name)
    for (const part of ['package.json', 'dist']) {
      cpSync(join(source, part), join(target, part), { recursive: true })
    }
  }

  /** The older generator, whose code lies in node_modules, where bundlers leave it alone. */
  #useNodeModules(): void {
    this.edit('prisma/schema.prisma', (schema) =>
      schema
        .replace('"prisma-client"', '"prisma-client-js"')
        .replace(/output .*/, 'output = "../node_modules/bench-client"')
        .replace(/importFileExtension.*/, ''),
    )
    this.edit('lib/prisma.ts', (text) => text.replace('../generated/client', 'bench-client'))
    this.edit('next.config.ts', (text) =>
      text.replace('devIndicators', `serverExternalPackages: ['bench-client'],\n  devIndicators`),
    )
  }
}
