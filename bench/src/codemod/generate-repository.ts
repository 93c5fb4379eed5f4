import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fillerOf, type Language } from './filler.ts'
import { Random } from './random.ts'
import { SITE_ROWS } from './site-rows.ts'

/** What is planted in a generated repository. */
export interface PlantedSite {
  readonly path: string
  /** From 1. */
  readonly line: number
  /** `new` where the constructor is called by the name that it was imported under. */
  readonly kind: string
}

// The sizes of the code of civitai/civitai, a large Next.js app: 4 kB in the middle, 8 kB on average.
const MEDIAN_BYTES = 4_100
const SIGMA = 1.14
const MAX_BYTES = 400_000
const CLIENT_TYPE_SHARE = 0.01
const MODEL_TYPE_SHARE = 0.1

/** Writes an app with a number of files of code, some of them with sites, and tells these. */
export function generateRepository(
  folder: string,
  files: number,
  siteShare = 0.01,
): readonly PlantedSite[] {
  const random = new Random(20_261_128)
  const sites: PlantedSite[] = []
  for (const [path, text] of Object.entries(CONFIGURATION)) write(folder, path, text)
  for (let index = 0; index < files; index++) {
    const language = random.of(LANGUAGES)
    const path = pathOf(language, index, random)
    const { text, planted } = moduleOf(language, siteShare, random)
    write(folder, path, text)
    sites.push(...planted.map((site) => ({ ...site, path })))
  }
  execFileSync('git', ['init', '--quiet'], { cwd: folder })
  execFileSync('git', ['add', '--all'], { cwd: folder })
  return sites
}

const LANGUAGES: readonly [Language, ...Language[]] = [
  'ts',
  'ts',
  'ts',
  'ts',
  'ts',
  'tsx',
  'tsx',
  'tsx',
  'jsx',
  'cjs',
]

const CONFIGURATION = {
  'package.json': JSON.stringify({
    name: 'shop',
    private: true,
    dependencies: { '@prisma/client': '^6.16.0', next: '^16.0.0', react: '^19.0.0' },
    devDependencies: { prisma: '^6.16.0', tsx: '^4.0.0', typescript: '^5.9.0' },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      allowJs: true,
      jsx: 'preserve',
      paths: { '@/*': ['./src/*'] },
    },
  }),
  'prisma/schema.prisma': `generator client {
  provider = "prisma-client-js"
}

datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
`,
}

function pathOf(language: Language, index: number, random: Random): string {
  const part = `part-${random.below(40)}`
  switch (language) {
    case 'ts':
      return random.of([
        `src/server/services/${part}/service-${index}.ts`,
        `src/utils/${part}/tool-${index}.ts`,
        `src/app/api/${part}/item-${index}/route.ts`,
        `scripts/task-${index}.mts`,
      ])
    case 'tsx':
      return random.of([
        `src/components/${part}/Widget${index}.tsx`,
        `src/pages/${part}/view-${index}.tsx`,
      ])
    case 'jsx':
      return `src/legacy/${part}/panel-${index}.js`
    case 'cjs':
      return `tools/${part}/job-${index}.cjs`
  }
}

function moduleOf(
  language: Language,
  siteShare: number,
  random: Random,
): { readonly text: string; readonly planted: ReadonlyArray<Omit<PlantedSite, 'path'>> } {
  const bytes = Math.min(MAX_BYTES, random.logNormal(MEDIAN_BYTES, SIGMA))
  const filler = fillerOf(language, bytes, random)
  const imports = importsOf(language, random)
  if (!random.isBelow(siteShare)) {
    const type = language === 'cjs' ? '' : typesOf(language, random)
    return { text: `${type}${imports}${filler}\n`, planted: [] }
  }
  const rows = SITE_ROWS.filter(({ languages }) => languages.includes(language))
  const { top, body } = rows[random.below(rows.length)] ?? SITE_ROWS[0]
  const lines = `${imports}${top}\n${body}\n${filler}\n`.split('\n')
  const planted = lines.flatMap((text, at) =>
    [...text.matchAll(/⟦([\w-]+)⟧/g)].map(([, kind = '']) => ({ line: at + 1, kind })),
  )
  return { text: lines.join('\n').replaceAll(/⟦[\w-]+⟧/g, ''), planted }
}

function importsOf(language: Language, random: Random): string {
  const names = Array.from({ length: 2 + random.below(8) }, (_, index) => {
    const from = random.of(['@/utils/date', '@/components/Page', './sibling', '../shared', 'zod'])
    return language === 'cjs'
      ? `const { tool${index} } = require('${from}${index}')`
      : `import { tool${index} } from '${from}${index}'`
  })
  return `${names.join('\n')}\n`
}

function typesOf(language: Language, random: Random): string {
  if (language === 'jsx') return ''
  if (random.isBelow(CLIENT_TYPE_SHARE)) {
    return `import type { PrismaClient } from '@prisma/client'\nfunction count(db: PrismaClient) {\n  return db.user.count()\n}\n`
  }
  if (!random.isBelow(MODEL_TYPE_SHARE)) return ''
  return random.of([
    `import type { User, Order } from '@prisma/client'\n`,
    `import { Prisma, type Role } from '@prisma/client'\n`,
    `import { OrderStatus } from '@prisma/client'\n`,
  ])
}

function write(folder: string, path: string, text: string): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
