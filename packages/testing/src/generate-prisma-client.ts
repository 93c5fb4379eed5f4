import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { TestingError } from './errors.ts'

/** Options of `generatePrismaClient`. */
export interface GenerateOptions {
  /** The folder to run in; its own `prisma` is used. */
  readonly cwd: string
  /** Further arguments of `prisma generate`, such as `['--schema', 'prisma/other.prisma']`. */
  readonly args?: readonly string[]
}

const TIMEOUT_MS = 120_000

/**
 * Runs `prisma generate` so that it needs no download: generating does not use the schema engine,
 * but Prisma insists on one, so it is shown a program that is there. This holds for `generate` only;
 * other commands would do nothing and report success.
 *
 * @throws TestingError `GENERATE_FAILED`
 */
export async function generatePrismaClient(options: GenerateOptions): Promise<void> {
  const cwd = resolve(options.cwd)
  const prisma = dirname(createRequire(join(cwd, 'noop.js')).resolve('prisma/package.json'))
  const child = spawn(
    process.execPath,
    [join(prisma, 'build', 'index.js'), 'generate', ...(options.args ?? [])],
    {
      cwd,
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    },
  )
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  }
  const [code]: unknown[] = await once(child, 'close')
  if (code === 0) return

  throw new TestingError(
    'GENERATE_FAILED',
    `\`prisma generate\` ended with code ${String(code)} in ${cwd}:\n${output.join('').trim()}`,
  )
}
