import { isPrismaConfig, isTypeScript } from './file-names.ts'
import { commandsOf, mentions, runnerIn } from './commands.ts'
import { frameworkOf } from './framework.ts'
import { isObject, stringOf } from './json.ts'
import type { Manifest, Manifests } from './manifests.ts'
import { baseOf, type PrismaConfig } from './prisma-config.ts'
import type { Framework, Runner } from './project.ts'

/** Finds how files are run: as some script says, else by where they lie. */
export function createRunnerOf(
  manifests: Manifests,
  configs: readonly PrismaConfig[],
): (path: string) => Runner {
  const known = new Map<string, Runner>()
  return (path) => {
    let runner = known.get(path)
    if (runner === undefined) {
      const manifest = manifests.of(path)
      runner =
        bySomeScript(path, manifest, manifests.root, configs) ??
        byPlace(path, manifest, manifests.root)
      known.set(path, runner)
    }
    return runner
  }
}

function bySomeScript(
  path: string,
  own: Manifest,
  root: Manifest,
  configs: readonly PrismaConfig[],
): Runner | undefined {
  const bySeed = configs.flatMap(({ path: config, seed }) =>
    seed === undefined ? [] : [{ folder: baseOf(config), script: seed }],
  )
  const byPackage = [...new Set([own, root])].flatMap((manifest) =>
    [...Object.values(manifest.scripts), seedOf(manifest) ?? ''].map((script) => ({
      folder: manifest.folder,
      script,
    })),
  )
  for (const { folder, script } of [...byPackage, ...bySeed]) {
    for (const command of commandsOf(script)) {
      if (!mentions(command, folder, path)) continue
      const runner = runnerIn(command, path)
      if (runner !== undefined) return runner
    }
  }
  return undefined
}

function seedOf({ json }: Manifest): string | undefined {
  return isObject(json['prisma']) ? stringOf(json['prisma']['seed']) : undefined
}

const BUNDLED: readonly Framework[] = ['next', 'nuxt', 'remix', 'sveltekit', 'astro']

function byPlace(path: string, manifest: Manifest, root: Manifest): Runner {
  const isBundled = BUNDLED.includes(frameworkOf(manifest.dependencies))
  const inPackage = manifest.folder === '' ? path : path.slice(manifest.folder.length + 1)
  if (isScript(inPackage, isBundled)) return byExtension(path, manifest, root)
  return isBundled ? 'bundler' : byBuild(path, manifest, root)
}

const SCRIPT_FOLDER = /^(?:prisma|scripts?|bin|tools?)\//
const SEED = /(?:^|\/)seed(?:er)?s?(?:[.-][\w.-]*)?\.[cm]?[jt]s$/
const ROUTES = /^(?:src\/)?(?:app|pages|routes)\//

// Beside the app that is bundled these run on their own; elsewhere they are built with the rest.
const BESIDE_APP = /^(?:tasks|jobs|cron|workers?|seeds?|seeders)\/|^(?:server|worker|cron)\.[jt]s$/
const ROOT_MODULE = /^[^/]+\.[cm][jt]s$/

// What nobody imports, and so no bundler sees.
function isScript(path: string, isBundled: boolean): boolean {
  if (ROUTES.test(path)) return false
  if (isBundled && (BESIDE_APP.test(path) || ROOT_MODULE.test(path))) return true
  return SCRIPT_FOLDER.test(path) || SEED.test(path) || isPrismaConfig(path)
}

// How a file is run by hand.
function byExtension(path: string, manifest: Manifest, root: Manifest): Runner {
  const has = (name: string): boolean => name in manifest.dependencies || name in root.dependencies
  if (!isTypeScript(path)) return 'node'
  if (has('tsx')) return 'tsx'
  if (has('ts-node')) return 'ts-node'
  return has('bun') || has('@types/bun') || has('bun-types') ? 'bun' : 'tsx'
}

const COMPILERS: readonly (readonly [RegExp, Runner])[] = [
  [/\btsc-alias\b|\btspath\b|\bresolve-tspaths\b|(?:^|\s)swc\s|\bbabel\b/, 'swc'],
  [
    /\b(?:tsup|tsdown|esbuild|rollup|webpack|rspack|unbuild|pkgroll|wrangler)\b|\bncc\b|\bvite build\b|\bnx (?:build|run)\b/,
    'bundler',
  ],
  [/\bnest\b|(?:^|\s)tsc\b(?!.*--noEmit)/, 'tsc'],
]

const STARTING = /^(?:start|dev|serve|watch|develop|prod)/

// What is built runs as it was built, whatever starts it during development.
function byBuild(path: string, manifest: Manifest, root: Manifest): Runner {
  if ('nx' in root.dependencies) return 'bundler'
  const commands = Object.values(manifest.scripts).flatMap(commandsOf)
  for (const [pattern, runner] of COMPILERS) {
    if (!commands.some(({ text }) => pattern.test(text))) continue
    // A compiler of TypeScript leaves JavaScript to Node, a bundler does not.
    if (runner === 'bundler' || isTypeScript(path)) return runner
  }
  if (!isTypeScript(path)) {
    const usesBun = commands.some(({ text }) =>
      /(?:^|\s)bun\s+(?:--\S+\s+)*\S+\.[cm]?[jt]sx?/.test(text),
    )
    return usesBun ? 'bun' : 'node'
  }
  const started = Object.entries(manifest.scripts)
    .filter(([name]) => STARTING.test(name))
    .flatMap(([, script]) => commandsOf(script))
    .map((command) => runnerIn(command, path))
    .filter((runner) => runner !== undefined && runner !== 'node')
  return started[0] ?? 'tsc'
}
