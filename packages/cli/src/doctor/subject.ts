import type { FileList } from '../project/file-list.ts'
import { readPrismaConfigs, type PrismaConfig } from '../project/prisma-config.ts'
import type { Project } from '../project/project.ts'
import { readSource } from '../project/read-source.ts'
import { Repository } from '../project/repository.ts'
import type { OpenedRepository } from '../repository.ts'
import type { Scan } from '../scan/scan.ts'
import { readCopies, type Copies } from './copies.ts'
import { readEnvSettings, type EnvSetting } from './env-settings.ts'
import { readDoctorModules, type DoctorModule } from './module.ts'
import { readPackageFiles, type PackageFile } from './package-file.ts'
import { findPools, type PoolSite } from './pool-site.ts'
import { prismaDependencies, type PrismaDependency } from './prisma-dependency.ts'

/** What the static checks look at. Nothing of it is run, and nothing is asked of a server. */
export interface Subject {
  readonly root: string
  readonly files: FileList
  readonly project: Project
  readonly scan: Scan
  readonly modules: readonly DoctorModule[]
  /** Every pool that the code makes, those of tests and templates left out. */
  readonly pools: readonly PoolSite[]
  readonly packages: readonly PackageFile[]
  /** `prisma`, `@prisma/client` and the driver adapters of every package. */
  readonly prisma: readonly PrismaDependency[]
  /** undefined where nothing is installed and no lockfile of npm is there. */
  readonly copies: Copies | undefined
  readonly settings: readonly EnvSetting[]
  readonly configs: readonly PrismaConfig[]
  /** Milliseconds of the epoch. */
  readonly now: number
  /** The text of a file of the repository; undefined where it is not there or cannot be read. */
  readonly read: (path: string) => string | undefined
}

/** Reads what the static checks look at. */
export function readSubject(opened: OpenedRepository, now: number): Subject {
  const { root, files, project, scan } = opened
  const repository = new Repository(root, files)
  const modules = readDoctorModules(project, files.code, scan)
  const folders = project.packages.map(({ folder }) => folder)
  const withSchemas = files.config.filter((path) => path.endsWith('.prisma')).map(folderOf)
  const packages = readPackageFiles(repository, project)
  const copies = readCopies(root)
  return {
    root,
    files,
    project,
    scan,
    modules,
    pools: modules.filter(({ context }) => isOwnCode(context)).flatMap(findPools),
    packages,
    prisma: prismaDependencies(root, packages, copies),
    copies,
    settings: readEnvSettings(root, ['', ...folders, ...withSchemas]),
    configs: readPrismaConfigs(repository),
    now,
    read(path) {
      const source = readSource(root, path)
      return 'text' in source ? source.text : undefined
    },
  }
}

function isOwnCode(context: DoctorModule['context']): boolean {
  return context !== 'test' && context !== 'template'
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}
