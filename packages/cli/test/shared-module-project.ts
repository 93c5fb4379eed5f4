import { posix } from 'node:path'
import type { Generator, Package, Project, Runner } from '../src/project/project.ts'

export interface ProjectFacts {
  readonly package?: Partial<Package>
  readonly generator?: Partial<Generator>
  /** What an alias prefix stands for: `@/` for `src/`. */
  readonly aliases?: Readonly<Record<string, string>>
  /** What runs a file; everything else is bundled. */
  readonly runners?: Readonly<Record<string, Runner>>
}

/** A project of one package, in which only what matters to the shared module is filled in. */
export function projectOf({
  package: own = {},
  generator,
  aliases = {},
  runners = {},
}: ProjectFacts): Project {
  const only = packageOf(own)
  const generators = generator === undefined ? [] : [generatorOf(generator)]
  return {
    root: '/project',
    packages: [only],
    packageManager: 'npm',
    generators,
    problems: [],
    packageOf: () => only,
    resolve: (specifier, from) => {
      if (/^@prisma\/client(\/edge)?$/.test(specifier)) {
        return {
          kind: 'prisma-client',
          generator: undefined,
          isEdge: specifier.endsWith('/edge'),
        }
      }
      if (!specifier.startsWith('.')) return undefined
      const path = posix.join(posix.dirname(from), specifier)
      const made = generators.find(({ output }) => output !== undefined && path.startsWith(output))
      return made === undefined
        ? { kind: 'file', path }
        : { kind: 'prisma-client', generator: made, isEdge: false }
    },
    aliasesTo: (path) =>
      Object.entries(aliases)
        .filter(([, folder]) => path.startsWith(folder))
        .map(([alias, folder]) => `${alias}${path.slice(folder.length).replace(/\.\w+$/, '')}`)
        .toSorted((one, other) => one.length - other.length),
    runnerOf: (path) => runners[path] ?? 'bundler',
  }
}

function packageOf(own: Partial<Package>): Package {
  return {
    folder: '',
    name: 'app',
    type: undefined,
    dependencies: { '@prisma/client': '^7.0.0' },
    scripts: {},
    framework: 'next',
    prismaMajor: 7,
    usesTypeScript: true,
    compiler: {
      file: 'tsconfig.json',
      hasAliases: false,
      verbatimModuleSyntax: false,
      esModuleInterop: true,
      module: 'esnext',
      moduleResolution: 'bundler',
      allowImportingTsExtensions: false,
      strict: true,
    },
    ...own,
  }
}

function generatorOf(generator: Partial<Generator>): Generator {
  return {
    schemaPath: 'prisma/schema.prisma',
    name: 'client',
    provider: 'prisma-client',
    output: 'generated/prisma',
    moduleFormat: undefined,
    engineType: undefined,
    previewFeatures: [],
    datasource: { provider: 'postgresql', urlVariable: 'DATABASE_URL' },
    ...generator,
  }
}
