import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Generator } from '../../project/project.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import type { Subject } from '../subject.ts'
import { compareVersions, formatVersion, versionOf, type Version } from '../version-range.ts'

/** A generated client that an older Prisma or another schema made, and one where nothing compiles it. */
export function checkGeneratedClient(subject: Subject): readonly DoctorFinding[] {
  return subject.project.generators.flatMap((generator) => [
    ...findUncompiled(generator),
    ...findOutdated(generator, subject),
  ])
}

function findUncompiled({ provider, output, schemaPath }: Generator): readonly DoctorFinding[] {
  if (provider !== 'prisma-client' || !/(?:^|\/)node_modules\//.test(`${output ?? ''}/`)) return []
  return [
    found(
      'CLIENT_IN_NODE_MODULES',
      { path: schemaPath },
      {
        message:
          'The generator `prisma-client` writes TypeScript, and its `output` is in node_modules, where Node.js and bundlers compile none.',
        evidence: { provider, output: output ?? '' },
        change: 'Write it beside the sources: `output = "../generated/prisma"`.',
      },
    ),
  ]
}

function findOutdated(generator: Generator, subject: Subject): readonly DoctorFinding[] {
  const { schemaPath } = generator
  const text = generatedText(generator, subject)
  if (text === undefined) return []
  const made = versionOf(/"?clientVersion"?:\s*"([^"]+)"/.exec(text)?.[1])
  const used = versionOf(
    subject.copies?.find('@prisma/client', folderOf(generator, subject))?.version,
  )
  if (made !== undefined && used !== undefined && isOlder(made, used)) {
    return [
      found(
        'CLIENT_OUTDATED',
        { path: schemaPath },
        {
          message: `The generated client is of Prisma ${formatVersion(made)}, and \`@prisma/client\` is ${formatVersion(used)}.`,
          evidence: { generated: formatVersion(made), installed: formatVersion(used) },
          change: 'Run `prisma generate`, and in a `postinstall` script after each install.',
        },
      ),
    ]
  }
  if (!isFromOtherSchema(text, generator, subject)) return []
  return [
    found(
      'CLIENT_OUTDATED',
      { path: schemaPath },
      {
        message: 'The schema has changed since the client was generated from it.',
        evidence: { schema: schemaPath },
        change: 'Run `prisma generate`.',
      },
    ),
  ]
}

/** The file of a generated client that names its version and its schema, if it is there. */
function generatedText(generator: Generator, subject: Subject): string | undefined {
  const { provider, output } = generator
  const client = subject.copies?.find('@prisma/client', folderOf(generator, subject))
  const places =
    output !== undefined
      ? provider === 'prisma-client'
        ? [`${output}/internal/class.ts`]
        : [`${output}/index.js`]
      : client === undefined
        ? []
        : [join(client.place, '../../.prisma/client/index.js')]
  for (const place of places) {
    try {
      return readFileSync(resolve(subject.root, place), 'utf8')
    } catch {
      // It has not been generated here, which is no fault of the repository.
    }
  }
  return undefined
}

function folderOf({ schemaPath }: Generator, { project }: Subject): string {
  return project.packageOf(schemaPath).folder
}

// A fix of Prisma needs no new client.
function isOlder(made: Version, used: Version): boolean {
  return compareVersions([made[0], made[1], 0], [used[0], used[1], 0]) < 0
}

/** A schema of one file is in the client as it was. */
function isFromOtherSchema(text: string, generator: Generator, { files, read }: Subject): boolean {
  const folder = generator.schemaPath.replace(/[^/]*$/, '')
  const schemas = files.config.filter((path) => path.endsWith('.prisma') && path.startsWith(folder))
  const [, literal] = /"inlineSchema":\s*("(?:[^"\\]|\\.)*")/.exec(text) ?? []
  if (schemas.length !== 1 || literal === undefined) return false
  let schema: unknown
  try {
    schema = JSON.parse(literal)
  } catch {
    return false
  }
  const current = read(generator.schemaPath)
  return typeof schema === 'string' && current !== undefined && plain(schema) !== plain(current)
}

// What only a formatter or a comment changes makes no other client.
function plain(schema: string): string {
  return schema
    .replaceAll(/\/\/[^\n]*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
