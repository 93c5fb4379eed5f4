import { isPrismaConfig, isTypeScript } from './file-names.ts'
import { commandsOf, mentions, runnerIn, type Command } from './commands.ts'
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
  const seeds = configs.flatMap(({ path, seed }) => commandsOf(seed ?? '', baseOf(path)))
  const scripts = new Map(manifests.all.map((manifest) => [manifest, scriptsOf(manifest)]))
  const known = new Map<string, Runner>()
  return (path) => {
    let runner = known.get(path)
    if (runner === undefined) {
      const own = manifests.of(path)
      const commands = [own, manifests.root].flatMap((manifest) => scripts.get(manifest) ?? [])
      runner = bySomeScript(path, [...commands, ...seeds]) ?? byPlace(path, own, manifests.root)
      known.set(path, runner)
    }
    return runner
  }
}

function scriptsOf({ folder, json, scripts }: Manifest): readonly Command[] {
  const seed = isObject(json['prisma']) ? (stringOf(json['prisma']['seed']) ?? '') : ''
  return [...Object.values(scripts), seed].flatMap((script) => commandsOf(script, folder))
}

function bySomeScript(path: string, commands: readonly Command[]): Runner | undefined {
  return commands
    .filter((command) => mentions(command, path))
    .map((command) => runnerIn(command, path))
    .find((runner) => runner !== undefined)
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

const STARTING = /^(?:start|serve|prod)(?:$|[:-])/
const DEVELOPING = /^(?:dev|develop|watch)(?:$|[:-])/
const CHECKING = /type-?check|lint|test|check|format/

// What is built runs as it was built, whatever starts it during development.
function byBuild(path: string, manifest: Manifest, root: Manifest): Runner {
  if ('nx' in root.dependencies) return 'bundler'
  const isJavaScript = !isTypeScript(path)
  const compiler = COMPILERS.find(([pattern]) =>
    textsOf(manifest, (name) => !CHECKING.test(name)).some((text) => pattern.test(text)),
  )?.[1]
  // A bundler takes JavaScript as well; a compiler of TypeScript leaves it to Node.
  if (isJavaScript)
    return compiler === 'bundler' ? compiler : (byStart(path, manifest, STARTING) ?? 'node')
  return (
    byStart(path, manifest, STARTING) ?? compiler ?? byStart(path, manifest, DEVELOPING) ?? 'tsc'
  )
}

function byStart(path: string, manifest: Manifest, names: RegExp): Runner | undefined {
  return textsOf(manifest, (name) => names.test(name))
    .map((text) => runnerIn({ text, folder: manifest.folder }, path))
    .find((runner) => runner !== undefined && (runner !== 'node' || !isTypeScript(path)))
}

function textsOf(manifest: Manifest, isWanted: (name: string) => boolean): readonly string[] {
  return Object.entries(manifest.scripts)
    .filter(([name]) => isWanted(name))
    .flatMap(([, script]) => commandsOf(script, manifest.folder))
    .map(({ text }) => text)
}
