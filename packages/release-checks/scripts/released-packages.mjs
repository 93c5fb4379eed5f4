import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const REPOSITORY = join(import.meta.dirname, '../../..')

/** The packages that are released, all with one version, in the order in which they are published. */
export const RELEASED = ['client', 'testing', 'eslint-plugin', 'cli'].map((folder) => {
  const path = join(REPOSITORY, 'packages', folder)
  // The manifests are this repository's own.
  const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  return { name: String(name), version: String(version), path }
})
