import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { generatePrismaClient } from '@oneprisma/testing'

const MODULES = dirname(dirname(fileURLToPath(import.meta.resolve('prisma/package.json'))))
const TSX = pathToFileURL(join(MODULES, 'tsx/dist/loader.mjs')).href

const SCHEMA = `generator typescript {
  provider = "prisma-client"
  output   = "./generated/prisma"
}

generator javascript {
  provider = "prisma-client-js"
  output   = "./generated/javascript"
}

datasource db {
  provider = "postgresql"
}

model Note {
  id   Int    @id @default(autoincrement())
  text String
}
`

/** An app of its own folder, with generated clients and everything that is installed here. */
export class App implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'oneprisma-shared-module-'))

  private constructor() {
    symlinkSync(MODULES, join(this.folder, 'node_modules'))
    this.write('schema.prisma', SCHEMA)
    this.write('package.json', '{ "private": true }')
    this.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          lib: ['es2022', 'dom', 'esnext.disposable'],
          module: 'esnext',
          moduleResolution: 'bundler',
          types: ['node'],
          strict: true,
          noUnusedLocals: true,
          skipLibCheck: true,
          noEmit: true,
        },
        include: ['lib', 'scripts'],
      }),
    )
  }

  static async create(): Promise<App> {
    const app = new App()
    await generatePrismaClient({ cwd: app.folder, schema: 'schema.prisma' })
    return app
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), text)
  }

  /** What TypeScript has to say about `lib` and `scripts`. */
  typeErrors(): string {
    const tsc = join(MODULES, 'typescript/bin/tsc')
    return spawnSync(process.execPath, [tsc, '-p', this.folder], { encoding: 'utf8' }).stdout
  }

  /** Runs a program and returns what it prints. */
  run(path: string, text: string, databaseUrl: string): string {
    this.write(path, text)
    const loader = path.endsWith('.ts') ? ['--import', TSX] : []
    const { status, stdout, stderr } = spawnSync(process.execPath, [...loader, path], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: databaseUrl, NODE_OPTIONS: '' },
      timeout: 60_000,
    })
    if (status !== 0) throw new Error(`${path} ended with ${status}:\n${stderr}`)
    return stdout
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
