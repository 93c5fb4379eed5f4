import { findAliases } from './aliases.ts'
import { readCompilerConfigs } from './compiler-configs.ts'
import type { FileList } from './file-list.ts'
import { isTypeScript } from './file-names.ts'
import { frameworkOf } from './framework.ts'
import { readGenerators } from './generators.ts'
import { stringOf } from './json.ts'
import { folderOf, readManifests, type Manifest, type Manifests } from './manifests.ts'
import { packageManagerOf } from './package-manager.ts'
import { readPrismaConfigs } from './prisma-config.ts'
import { prismaMajorOf } from './prisma-version.ts'
import type { CompilerFacts, Package, Project } from './project.ts'
import { Repository } from './repository.ts'
import { Resolver, type World } from './resolver.ts'
import { createRunnerOf } from './runner.ts'

/** Reads what a migration has to know of a repository. Nothing has to be installed or built. */
export function readProject(root: string, files: FileList): Project {
  const repository = new Repository(root.replace(/(?<=.)[/\\]$/, ''), files)
  const manifests = readManifests(repository)
  const compilers = readCompilerConfigs(repository, manifests)
  const configs = readPrismaConfigs(repository)
  const generators = readGenerators(repository, manifests, configs)
  const world: World = { paths: repository.paths, manifests, compilers, generators }
  const resolver = new Resolver(world)
  const runnerOf = createRunnerOf(manifests, configs)

  const languages = countLanguages(files, manifests)
  const packages = manifests.all.map((manifest) => {
    const compiler = compilers.factsOf(manifest.folder)
    const usesTypeScript = isWrittenInTypeScript(languages.get(manifest), compiler)
    return toPackage(repository, manifests, manifest, compiler, usesTypeScript)
  })
  const byFolder = new Map(packages.map((each) => [each.folder, each]))

  return {
    root: repository.root,
    packages,
    packageManager: packageManagerOf(repository, manifests.root),
    generators,
    problems: repository.problems.list,
    packageOf(path) {
      const found = byFolder.get(manifests.of(path).folder)
      if (found === undefined) throw new Error(`No package holds "${path}".`)
      return found
    },
    resolve: (specifier, from) => resolver.resolve(specifier, folderOf(from)),
    aliasesTo: (path, from) => findAliases(world, resolver, path, from),
    runnerOf,
  }
}

interface Languages {
  typeScript: number
  javaScript: number
}

function countLanguages(files: FileList, manifests: Manifests): ReadonlyMap<Manifest, Languages> {
  const counts = new Map<Manifest, Languages>()
  for (const path of files.code) {
    const manifest = manifests.of(path)
    const count = counts.get(manifest) ?? { typeScript: 0, javaScript: 0 }
    if (isTypeScript(path)) count.typeScript++
    else count.javaScript++
    counts.set(manifest, count)
  }
  return counts
}

// With a tsconfig.json one file of TypeScript is enough, since JavaScript may be on its way out;
// without one a stray configuration file is no reason.
function isWrittenInTypeScript(languages: Languages | undefined, compiler: CompilerFacts): boolean {
  const { typeScript, javaScript } = languages ?? { typeScript: 0, javaScript: 0 }
  const hasConfig = compiler.file?.includes('tsconfig') ?? false
  return hasConfig ? typeScript > 0 || javaScript === 0 : typeScript > javaScript
}

function toPackage(
  repository: Repository,
  manifests: Manifests,
  manifest: Manifest,
  compiler: CompilerFacts,
  usesTypeScript: boolean,
): Package {
  const type = stringOf(manifest.json['type'])
  return {
    folder: manifest.folder,
    name: manifest.name,
    type: type === 'module' || type === 'commonjs' ? type : undefined,
    dependencies: manifest.dependencies,
    scripts: manifest.scripts,
    framework: frameworkOf(manifest.dependencies),
    prismaMajor: prismaMajorOf(repository, manifests, manifest),
    usesTypeScript,
    compiler,
  }
}
