// Makes test/prisma-versions anew: the generated class of one small schema, by every Prisma version
// that is tested. Those versions come from the npm registry, into a folder that is removed again.
//
//     node scripts/generate-prisma-versions.mjs
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const target = join(import.meta.dirname, '../test/prisma-versions')
const { devDependencies } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../test/package.json'), 'utf8'),
)

const schema = `generator client {
  provider     = "prisma-client"
  output       = "./generated"
  moduleFormat = "esm"
  engineType   = "client"
}

datasource db {
  provider = "postgresql"
  URL
}

model Item {
  id       Int    @id @default(autoincrement())
  label    String @unique
  parent   Item?  @relation("tree", fields: [parentId], references: [id])
  parentId Int?
  members  Item[] @relation("tree")
}
`

const folder = mkdtempSync(join(tmpdir(), 'oneprisma-versions-'))
try {
  for (const [alias, specifier] of Object.entries(devDependencies)) {
    const [, version = specifier] = /^npm:@prisma\/client@(.*)$/.exec(specifier) ?? []
    if (alias === '@prisma/client' || alias.startsWith('prisma-client-')) generate(alias, version)
  }
} finally {
  rmSync(folder, { recursive: true })
}

function generate(alias, version) {
  const cwd = join(folder, version)
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'package.json'), '{ "private": true }')
  // Prisma 7 takes no URL from the schema, Prisma 6 insists on one.
  const url = version.startsWith('6.') ? 'url = env("DATABASE_URL")' : ''
  writeFileSync(join(cwd, 'schema.prisma'), schema.replace('URL', url))
  const run = (command, ...args) =>
    execFileSync(command, args, {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
      // Generating needs no engine, but Prisma insists on a program in its place.
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
      },
    })
  run('npm', 'install', '--ignore-scripts', `prisma@${version}`, `@prisma/client@${version}`)
  run('npx', 'prisma', 'generate', '--schema', 'schema.prisma')

  const code = readFileSync(join(cwd, 'generated/internal/class.ts'), 'utf8')
  const [major, minor] = version.split('.')
  writeFileSync(
    join(target, `client-${major}-${minor}.ts`),
    code.replaceAll(cwd, '/app').replaceAll(/(["'])@prisma\/client\//g, `$1${alias}/`),
  )
  console.error(`Prisma ${version}`)
}
