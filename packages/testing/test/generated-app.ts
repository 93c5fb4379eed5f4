import { cpSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { generatePrismaClient } from '../src/generate-prisma-client.ts'
import { TemporaryFolder } from './temporary-folder.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of a small application with its generated client. */
    app: string
  }
}

const SOURCE = fileURLToPath(new URL('app', import.meta.url))
const MODULES = dirname(dirname(createRequire(import.meta.url).resolve('prisma/package.json')))

/** Copies the application of the tests to a folder and generates its client, once for all files. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = new TemporaryFolder()
  cpSync(SOURCE, folder.path, { recursive: true })
  symlinkSync(MODULES, join(folder.path, 'node_modules'))
  for (const schema of ['prisma/schema.prisma', 'sqlite/schema.prisma']) {
    await generatePrismaClient({ cwd: folder.path, schema })
  }
  project.provide('app', folder.path)
  return () => folder[Symbol.dispose]()
}
