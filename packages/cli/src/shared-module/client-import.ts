import { posix } from 'node:path'
import type { Generator, Package, Runner } from '../project/project.ts'
import type { Target } from './target.ts'

/** The specifier by which a shared module imports PrismaClient. */
export function clientSpecifier(
  target: Pick<Target, 'path' | 'language' | 'format'>,
  generator: Generator | undefined,
  { compiler, type }: Package,
  runners: readonly Runner[],
): string {
  const output = generator?.output
  if (generator === undefined || output === undefined) return '@prisma/client'
  const installed = installedName(output)
  if (installed !== undefined) return installed

  const folder = relativeTo(target.path, output)
  const needsEnding =
    target.language === 'ts'
      ? isNodeNext(compiler.module) ||
        isNodeNext(compiler.moduleResolution) ||
        (type === 'module' && runners.some((runner) => runner === 'tsc' || runner === 'ts-node'))
      : runners.includes('node') && target.format === 'esm'
  if (generator.provider === 'prisma-client-js') return needsEnding ? `${folder}/index.js` : folder

  // What this generator writes is TypeScript, so JavaScript that is not compiled names the file itself.
  if (target.language === 'js') {
    return runners.includes('node') ? `${folder}/client.ts` : `${folder}/client`
  }
  if (!needsEnding) return `${folder}/client`
  return `${folder}/client${compiler.allowImportingTsExtensions ? '.ts' : '.js'}`
}

/** A specifier that leads from a file to another path, both relative to the root. */
export function relativeTo(from: string, path: string): string {
  const relative = posix.relative(posix.dirname(from), path)
  return relative.startsWith('.') ? relative : `./${relative}`
}

function installedName(output: string): string | undefined {
  const [, name] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+(?:\/.+)?)$/.exec(output) ?? []
  return name === '.prisma/client' ? '@prisma/client' : name
}

function isNodeNext(setting: string | undefined): boolean {
  return setting !== undefined && /^node(next|\d+)$/i.test(setting) && !/^node10$/i.test(setting)
}
