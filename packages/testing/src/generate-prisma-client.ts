import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { TestingError } from './errors.ts'

/** Options of `generatePrismaClient`. */
export interface GenerateOptions {
  /** The folder to run in; the `prisma` that is installed for it is used. */
  readonly cwd: string
  /** The schema file or folder, where it is not the one that Prisma finds by itself. */
  readonly schema?: string
  /** The configuration file, where it is not the one that Prisma finds by itself. */
  readonly config?: string
  /** Further arguments of `prisma generate`. */
  readonly args?: readonly string[]
}

const TIMEOUT_MS = 120_000

/**
 * Runs `prisma generate` so that it needs no download: generating does not use the schema engine,
 * but Prisma insists on one, so it is shown a program that is there. This holds for `generate` only;
 * with such a program, Prisma's other commands do nothing and report success.
 *
 * @throws TestingError `PRISMA_MISSING`, `GENERATE_FAILED`
 */
export async function generatePrismaClient(options: GenerateOptions): Promise<void> {
  const cwd = resolve(options.cwd)
  const child = spawn(process.execPath, [prismaCommand(cwd), 'generate', ...argumentsOf(options)], {
    cwd,
    env: {
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      ...process.env,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  }
  await once(child, 'close')
  if (child.exitCode === 0) return

  throw new TestingError(
    'GENERATE_FAILED',
    `\`prisma generate\` ended with ${child.signalCode ?? `code ${child.exitCode}`} in ${cwd}:\n${withoutSecrets(output.join('')).trim()}`,
  )
}

function prismaCommand(cwd: string): string {
  try {
    const manifest = createRequire(join(cwd, 'package.json')).resolve('prisma/package.json')
    // The manifest is Prisma's own, which names its command so since version 2.
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { prisma: string } }
    return join(dirname(manifest), bin.prisma)
  } catch (cause) {
    throw new TestingError(
      'PRISMA_MISSING',
      `Prisma's command is not installed for ${cwd}. Run \`npm install --save-dev prisma\` there.`,
      { cause },
    )
  }
}

function argumentsOf({ schema, config, args = [] }: GenerateOptions): string[] {
  return [
    ...(schema === undefined ? [] : ['--schema', schema]),
    ...(config === undefined ? [] : ['--config', config]),
    ...args,
  ]
}

function withoutSecrets(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+]*:\/\/)[^\s"'`]*@/gi, '$1***@')
}
