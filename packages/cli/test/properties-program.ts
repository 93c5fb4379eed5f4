import fc from 'fast-check'
import { BINDINGS, OTHERS, SITES, type Binding, type Row } from './properties-rows.ts'

/** A generated module, and what is planted in it. */
export interface Planted {
  readonly path: string
  readonly text: string
  readonly sites: readonly PlantedSite[]
}

export interface PlantedSite {
  readonly kind: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
}

/** A module of rows in random order, in a random format. */
export function plantedModule(): fc.Arbitrary<Planted> {
  return fc
    .constantFrom(...PLACES)
    .chain((place) =>
      fc.record({
        place: fc.constant(place),
        binding: fc.constantFrom(...BINDINGS.filter((binding) => fits(binding, place))),
        rows: fc.array(
          fc.constantFrom(...[...SITES, ...OTHERS].filter((row) => canHold(row, place))),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        names: fc.shuffledSubarray([...NAMES], { minLength: 6 }),
        header: fc.constantFrom(...HEADERS),
        format: FORMAT,
      }),
    )
    .map(({ place, binding, rows, names, header, format }) => {
      const seen = new Set<Row>()
      const free = names.filter(
        (own) => own !== 'prisma' || !rows.some(({ takesName }) => takesName),
      )
      const parts = rows.flatMap((row, id) => {
        if (row.isOnce && seen.has(row)) return []
        seen.add(row)
        return row.text({ made: binding.made, own: free[id] ?? `own${id}`, id })
      })
      const marked = `${header}${binding.text}\n\n${parts.join(format.gap)}\n`
      return { path: place.path, ...plant(formatted(marked, format)) }
    })
}

interface Place {
  readonly path: string
  readonly syntax: 'esm' | 'cjs'
  readonly isTyped: boolean
  readonly hasJsx: boolean
}

const PLACES: readonly Place[] = [
  { path: 'src/server/orders.ts', syntax: 'esm', isTyped: true, hasJsx: false },
  { path: 'src/pages/index.tsx', syntax: 'esm', isTyped: true, hasJsx: true },
  { path: 'src/pages/api/users.js', syntax: 'esm', isTyped: false, hasJsx: true },
  { path: 'src/app/things/route.ts', syntax: 'esm', isTyped: true, hasJsx: false },
  { path: 'prisma/seed.mjs', syntax: 'esm', isTyped: false, hasJsx: false },
  { path: 'scripts/fill.mts', syntax: 'esm', isTyped: true, hasJsx: false },
  { path: 'scripts/clear.cjs', syntax: 'cjs', isTyped: false, hasJsx: false },
  { path: 'src/routes/old.js', syntax: 'cjs', isTyped: false, hasJsx: true },
  { path: 'src/routes/older.cts', syntax: 'cjs', isTyped: true, hasJsx: false },
]

const NAMES = ['prisma', 'client', '$p', '_db', 'データ', 'prismaClient', 'é2']

const HEADERS = [
  '',
  '#!/usr/bin/env node\n',
  `'use strict'§\n`,
  `// 🚀 first\n\n`,
  `#!/usr/bin/env node\n/* 例 */ 'use strict'§\n`,
  `/**\n * About this module: 漢字.\n */\n`,
]

interface Format {
  readonly hasSemicolons: boolean
  readonly quote: string
  readonly lineEnd: string
  readonly mark: string
  readonly indent: string
  readonly gap: string
}

const FORMAT: fc.Arbitrary<Format> = fc.record({
  hasSemicolons: fc.boolean(),
  quote: fc.constantFrom(`'`, `"`),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\uFEFF'),
  indent: fc.constantFrom('  ', '\t', '    '),
  gap: fc.constantFrom('\n', '\n\n'),
})

function fits({ syntax, isTyped }: Binding, place: Place): boolean {
  return syntax === place.syntax && (!isTyped || place.isTyped)
}

function canHold({ isTyped, hasJsx, isEsm, isCommonJs }: Row, place: Place): boolean {
  return (
    (!isTyped || place.isTyped) &&
    (!hasJsx || place.hasJsx) &&
    (!isEsm || place.syntax === 'esm') &&
    (!isCommonJs || place.syntax === 'cjs')
  )
}

function formatted(text: string, format: Format): string {
  const { hasSemicolons, quote, lineEnd, mark, indent } = format
  return (
    // A byte order mark stands before a hashbang too.
    mark +
    text
      .replaceAll('§', hasSemicolons ? ';' : '')
      .replaceAll(`'`, quote)
      .replaceAll(/^(?: {2})+/gm, (spaces) => indent.repeat(spaces.length / 2))
      .replaceAll('\n', lineEnd)
  )
}

/** Takes the marks of sites out of a text, and says where they were. */
function plant(marked: string): Omit<Planted, 'path'> {
  const [first = '', ...rest] = marked.split('⟦')
  let text = first
  const sites: PlantedSite[] = []
  for (const part of rest) {
    const [kind = '', following = ''] = part.split('⟧')
    const lines = text.replace(/^\uFEFF/, '').split('\n')
    sites.push({ kind, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 })
    text += following
  }
  return { text, sites }
}
