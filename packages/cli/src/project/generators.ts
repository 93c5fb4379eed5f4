import { join } from 'node:path/posix'
import { isObject, stringOf } from './json.ts'
import { folderOf, type Manifests } from './manifests.ts'
import { baseOf, type PrismaConfig } from './prisma-config.ts'
import type { Datasource, Generator } from './project.ts'
import type { Repository } from './repository.ts'
import { readSchemaBlocks, type SchemaBlock, type SchemaValue } from './schema-blocks.ts'

interface Schema {
  readonly path: string
  readonly blocks: readonly SchemaBlock[]
}

/** Reads the generators that make clients, those of the schema that the configuration names first. */
export function readGenerators(
  repository: Repository,
  manifests: Manifests,
  configs: readonly PrismaConfig[],
): readonly Generator[] {
  const schemas = repository.files.config
    .filter((path) => path.endsWith('.prisma'))
    .map((path) => ({ path, blocks: readSchemaBlocks(repository.read(path) ?? '') }))
  const named = namedSchemas(manifests, configs)
  return schemas
    .toSorted((a, b) => rankOf(a.path, named) - rankOf(b.path, named))
    .flatMap((schema) =>
      schema.blocks.flatMap((block) => toGenerator(block, schema, schemas, configs) ?? []),
    )
}

function namedSchemas(manifests: Manifests, configs: readonly PrismaConfig[]): readonly string[] {
  const byManifest = manifests.all.map(({ folder, json }) => {
    const schema = isObject(json['prisma']) ? stringOf(json['prisma']['schema']) : undefined
    return schema === undefined ? undefined : join(folder, schema)
  })
  return [...configs.map(({ schema }) => schema), ...byManifest].filter(
    (schema) => schema !== undefined,
  )
}

function rankOf(path: string, named: readonly string[]): number {
  if (named.some((schema) => isWithin(path, schema))) return 0
  const depth = path.split('/').length
  return /(?:^|\/)(?:prisma\/)?schema\.prisma$/.test(path) ? depth : depth + 100
}

function isWithin(path: string, fileOrFolder: string): boolean {
  const folder = fileOrFolder.replace(/\/$/, '')
  return path === folder || path.startsWith(`${folder}/`)
}

function toGenerator(
  block: SchemaBlock,
  schema: Schema,
  schemas: readonly Schema[],
  configs: readonly PrismaConfig[],
): Generator | undefined {
  if (block.kind !== 'generator') return undefined
  const provider = textOf(block.fields['provider'])
  if (provider !== 'prisma-client-js' && provider !== 'prisma-client') return undefined
  const moduleFormat = textOf(block.fields['moduleFormat'])
  return {
    schemaPath: schema.path,
    name: block.name,
    provider,
    output: outputOf(block, schema.path),
    moduleFormat: moduleFormat === 'esm' || moduleFormat === 'cjs' ? moduleFormat : undefined,
    engineType: textOf(block.fields['engineType']),
    previewFeatures: listOf(block.fields['previewFeatures']),
    datasource: datasourceOf(schema, schemas, configs),
  }
}

const DEFAULT_OUTPUT = /(?:^|\/)node_modules\/[.@]prisma\/client$/

function outputOf(block: SchemaBlock, schemaPath: string): string | undefined {
  const written = textOf(block.fields['output'])
  if (written === undefined) return undefined
  const output = join(folderOf(schemaPath), written.replaceAll('\\', '/')).replace(/\/$/, '')
  return DEFAULT_OUTPUT.test(output) ? undefined : output
}

function datasourceOf(
  schema: Schema,
  schemas: readonly Schema[],
  configs: readonly PrismaConfig[],
): Datasource | undefined {
  const block = nearestDatasource(schema, schemas)
  if (block === undefined) return undefined
  const url = block.fields['url']
  const config = configs.find((candidate) => speaksFor(candidate, schema.path))
  return {
    provider: textOf(block.fields['provider']) ?? '',
    urlVariable: url?.kind === 'env' ? url.name : config?.urlVariable,
  }
}

// The files of one schema may lie in one folder and the folders below it, and only one of them
// has the datasource.
function nearestDatasource(schema: Schema, schemas: readonly Schema[]): SchemaBlock | undefined {
  const own = findDatasource(schema)
  if (own !== undefined) return own
  for (let folder = folderOf(schema.path); folder !== ''; folder = folderOf(folder)) {
    const found = schemas
      .filter(({ path }) => isWithin(path, folder))
      .map(findDatasource)
      .find((block) => block !== undefined)
    if (found !== undefined) return found
  }
  return schemas
    .filter(({ path }) => !path.includes('/'))
    .map(findDatasource)
    .find(Boolean)
}

function findDatasource({ blocks }: Schema): SchemaBlock | undefined {
  return blocks.find(({ kind }) => kind === 'datasource')
}

function speaksFor(config: PrismaConfig, schemaPath: string): boolean {
  if (config.schema !== undefined) return isWithin(schemaPath, config.schema)
  const base = baseOf(config.path)
  return base === '' || isWithin(schemaPath, base)
}

function textOf(value: SchemaValue | undefined): string | undefined {
  if (value?.kind === 'list') return value.items[0]
  return value?.kind === 'text' ? value.text : undefined
}

function listOf(value: SchemaValue | undefined): readonly string[] {
  return value?.kind === 'list' ? value.items : []
}
