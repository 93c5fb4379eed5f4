import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatInventoryPage, isPageCurrent } from '../src/report/inventory-page.ts'
import { KEEP_REASONS } from '../src/report/keep-reasons.ts'
import { REVIEW_REASONS } from '../src/report/review-reasons.ts'
import { REWRITE_REASONS } from '../src/report/rewrite-reasons.ts'
import { inventoryOf, siteAt } from './report-findings.ts'

const users = siteAt('pages/api/users.ts', 3)
const orders = siteAt('pages/api/orders/[id].ts', 5)

/** The line of the page that begins with a site. */
function rowOf(page: string, site: string): string {
  return (
    page.split(/\r?\n/).find((line) => line.startsWith(`| ${site} `)) ?? 'There is no such row.'
  )
}

/** Writes a note into the last cell of the row of a site, as a person would. */
function addNote(page: string, site: string, note: string): string {
  const row = rowOf(page, site)
  return page.replace(row, () => row.replace(/ +\|$/, () => ` ${note} |`))
}

function noteOf(page: string, site: string): string {
  return /((?:\\.|[^|\\])*)\|$/.exec(rowOf(page, site))?.[1]?.trim() ?? 'There is no such cell.'
}

function formatted(page: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'oneprisma-report-'))
  try {
    const file = join(folder, 'page.md')
    writeFileSync(file, page)
    const oxfmt = join(createRequire(import.meta.url).resolve('oxfmt/package.json'), '../bin/oxfmt')
    execFileSync(process.execPath, [oxfmt, file], { cwd: folder, stdio: 'pipe' })
    return readFileSync(file, 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('formatInventoryPage', () => {
  it('lists sites by decision, then by path and line', () => {
    const page = formatInventoryPage(
      inventoryOf([
        siteAt('a.ts', 1, { decision: 'keep', reason: 'FACTORY' }),
        siteAt('z.ts', 10, { decision: 'review', reason: 'LOG_OPTIONS' }),
        siteAt('b.ts', 20),
        siteAt('b.ts', 3),
      ]),
      undefined,
    )

    expect(page.match(/^\| `.*?`/gm)).toEqual([
      '| `b.ts:3`',
      '| `b.ts:20`',
      '| `z.ts:10`',
      '| `a.ts:1`',
    ])
  })

  it('numbers the sites of a file by their places, two of one line too', () => {
    const page = formatInventoryPage(
      inventoryOf([
        siteAt('a.ts', 1, { column: 40 }),
        siteAt('a.ts', 1, { column: 20, decision: 'keep' }),
      ]),
      undefined,
    )

    expect(page.match(/^\| `a\.ts:1` \| .*? \|/gm)).toEqual([
      '| `a.ts:1` | new (2) |',
      '| `a.ts:1` | new     |',
    ])
  })

  it('says of a site what, where it runs, how long it lives, what becomes of it and why', () => {
    const page = formatInventoryPage(inventoryOf([users]), undefined)

    expect(rowOf(page, '`pages/api/users.ts:3`').split(/ *\| */)).toEqual([
      '',
      '`pages/api/users.ts:3`',
      'new',
      'api-route',
      'process',
      'rewrite',
      `\`MODULE_CLIENT\` ${REWRITE_REASONS.MODULE_CLIENT.sentence}`,
      '',
      '',
    ])
  })

  it('counts sites by context and decision', () => {
    const page = formatInventoryPage(
      inventoryOf([users, orders, siteAt('a.test.ts', 1, { context: 'test', decision: 'keep' })]),
      undefined,
    )

    expect(page).toMatch(/^\| api-route +\| 2 +\| 0 +\| 0 +\| 2 +\|$/m)
    expect(page).toMatch(/^\| test +\| 0 +\| 0 +\| 1 +\| 1 +\|$/m)
    expect(page).toMatch(/^\| all +\| 2 +\| 0 +\| 1 +\| 3 +\|$/m)
  })

  it('says how many clients a process may hold', () => {
    const page = formatInventoryPage(
      inventoryOf([
        users,
        siteAt('pages/index.tsx', 9, { lifetime: 'call', reason: 'LOCAL_CLIENT' }),
        siteAt('services/user.ts', 4, { lifetime: 'object', reason: 'FIELD_CLIENT' }),
        siteAt('prisma/seed.ts', 4, { lifetime: 'run', context: 'seed' }),
        siteAt('a.test.ts', 1, { context: 'test', decision: 'keep', reason: 'TEST_CLIENT' }),
        siteAt('templates/a.ts', 1, { context: 'template', decision: 'keep' }),
      ]),
      undefined,
    )

    expect(page).toContain('holds up to 1 client for as long as it lives')
    expect(page).toContain('without a bound: one per call at 1 site and one per object at 1 site.')
    expect(page).toContain('Scripts make 1 client, in processes of their own.')
  })

  it('counts the branches of a shared module as one client, though they stand in a function', () => {
    const shared = { reason: 'SHARED_MODULE', decision: 'keep', lifetime: 'call' } as const
    const page = formatInventoryPage(
      inventoryOf([siteAt('lib/db.ts', 4, shared), siteAt('lib/db.ts', 7, shared)]),
      undefined,
    )

    expect(page).toContain('holds up to 1 client for')
    expect(page).not.toContain('without a bound')
  })

  it('lists tests in a section of their own', () => {
    const page = formatInventoryPage(
      inventoryOf([users, siteAt('a.test.ts', 1, { context: 'test', decision: 'keep' })]),
      undefined,
    )

    expect(page.indexOf('`a.test.ts:1`')).toBeGreaterThan(page.indexOf('## Tests'))
    expect(page.indexOf('`pages/api/users.ts:3`')).toBeLessThan(page.indexOf('## Tests'))
  })

  it('lists notes, and files that could not be read', () => {
    const page = formatInventoryPage(
      inventoryOf([], {
        notes: [
          {
            code: 'MOCKED_MODULE',
            path: 'a.test.ts',
            line: 2,
            column: 1,
            message: 'Mocks *it* &amp; more.',
          },
        ],
        unparsed: [{ path: 'b.ts', line: 7, message: 'Expected `,`\nbut found `|`' }],
      }),
      undefined,
    )

    expect(page).toMatch(
      /^\| `a\.test\.ts:2` \| `MOCKED_MODULE` \| Mocks \\\*it\\\* \\&amp; more\. \|$/m,
    )
    expect(page).toMatch(/^\| `b\.ts:7` \| Expected `,` but found `\\\|` \|$/m)
  })

  it('depends neither on the order of the sites nor on the folder of the repository', () => {
    const one = formatInventoryPage(inventoryOf([users, orders]), undefined)
    const other = formatInventoryPage(
      inventoryOf([orders, users], { root: '/elsewhere' }),
      undefined,
    )

    expect(other).toBe(one)
    expect(one).not.toContain('someone')
  })

  it('gives the same page again from its own', () => {
    const page = formatInventoryPage(inventoryOf([users, orders]), undefined)

    expect(formatInventoryPage(inventoryOf([users, orders]), page)).toBe(page)
  })

  it('is laid out as a formatter would', () => {
    const table = { ...REWRITE_REASONS, ...KEEP_REASONS, ...REVIEW_REASONS }
    // `Object.keys` forgets the names of the keys.
    const reasons = Object.keys(table) as (keyof typeof table)[]
    const codes = reasons.map((reason, line) => siteAt('src/a.ts', line + 1, { reason }))
    const message = 'A *b* _c_ <d> `e|f` [g](h) i|j ~k~ \\ l & &amp; snake_case'
    const page = formatInventoryPage(
      inventoryOf([...codes, siteAt('日本/😀 a|b`c.ts', 3)], {
        notes: [{ code: 'MOCKED_MODULE', path: 'a.ts', line: 1, column: 1, message }],
        unparsed: [{ path: 'b.ts', line: 1, message }],
      }),
      undefined,
    )
    const withNotes = formatInventoryPage(
      inventoryOf([users], { unparsed: [{ path: 'b.ts', line: 1, message }] }),
      addNote(page, '`src/a.ts:1`', 'see `a \\| b` 日本 <b>x</b>'),
    )

    expect(formatted(page)).toBe(page)
    expect(formatted(withNotes)).toBe(withNotes)
  })

  describe('of a page that people wrote in', () => {
    it('keeps everything outside of the markers byte for byte', () => {
      const page = formatInventoryPage(inventoryOf([users]), undefined)
      const edited = `---\ntitle: x\n---\n\n${page}\n\n  Mine:\t| a | b \n`

      const next = formatInventoryPage(inventoryOf([]), edited)

      expect(next.startsWith(`---\ntitle: x\n---\n\n# Prisma`)).toBe(true)
      expect(next.endsWith('end -->\n\n\n  Mine:\t| a | b \n')).toBe(true)
      expect(next).not.toContain('users.ts')
    })

    it('keeps line endings and the byte order mark', () => {
      const page = formatInventoryPage(inventoryOf([users]), undefined)
      const windows = `\uFEFF${page.replaceAll('\n', '\r\n')}`

      expect(formatInventoryPage(inventoryOf([users]), windows)).toBe(windows)
    })

    it('finds its marker at the very beginning, after a byte order mark', () => {
      const page = formatInventoryPage(inventoryOf([users]), '\uFEFF')

      expect(page.startsWith('\uFEFF<!-- oneprisma:inventory:begin -->\n')).toBe(true)
      expect(formatInventoryPage(inventoryOf([users]), page)).toBe(page)
    })

    it('goes to the end of a page without markers', () => {
      const next = formatInventoryPage(inventoryOf([users]), '# Ours\n\nText')

      expect(next).toMatch(/^# Ours\n\nText\n\n<!-- oneprisma:inventory:begin -->\n/)
    })

    it.each([['begin'], ['end']])('refuses a page without its %s marker', (name) => {
      const page = formatInventoryPage(inventoryOf([users]), undefined)
      const broken = page.replace(`<!-- oneprisma:inventory:${name} -->`, '')

      expect(() => formatInventoryPage(inventoryOf([users]), broken)).toThrow(
        expect.objectContaining({ code: 'INVENTORY_MARKERS_BROKEN', line: expect.any(Number) }),
      )
    })

    it('refuses a page whose markers are in the wrong order', () => {
      const page = '<!-- oneprisma:inventory:end -->\n\n<!-- oneprisma:inventory:begin -->\n'

      expect(() => formatInventoryPage(inventoryOf([users]), page)).toThrow(
        expect.objectContaining({ code: 'INVENTORY_MARKERS_BROKEN', line: 1 }),
      )
    })

    it('refuses a page with two inventories', () => {
      const page = formatInventoryPage(inventoryOf([users]), undefined)

      expect(() => formatInventoryPage(inventoryOf([users]), page + page)).toThrow(
        expect.objectContaining({ code: 'INVENTORY_MARKERS_BROKEN', line: 5 }),
      )
    })

    it('keeps the note of a site whose line has shifted', () => {
      const page = addNote(
        formatInventoryPage(inventoryOf([users, orders]), undefined),
        '`pages/api/users.ts:3`',
        'ask Ada',
      )

      const next = formatInventoryPage(inventoryOf([{ ...users, line: 40 }, orders]), page)

      expect(noteOf(next, '`pages/api/users.ts:40`')).toBe('ask Ada')
      expect(noteOf(next, '`pages/api/orders/[id].ts:5`')).toBe('')
    })

    it('keeps the note of the second site of a file apart from that of the first', () => {
      const both = [users, { ...users, line: 9 }]
      const page = addNote(
        formatInventoryPage(inventoryOf(both), undefined),
        '`pages/api/users.ts:9`',
        'the second',
      )

      const next = formatInventoryPage(
        inventoryOf([
          { ...users, line: 12, decision: 'keep' },
          { ...users, line: 4 },
        ]),
        page,
      )

      expect(noteOf(next, '`pages/api/users.ts:12`')).toBe('the second')
      expect(noteOf(next, '`pages/api/users.ts:4`')).toBe('')
    })

    it('keeps the note of a site whose path has bars and backticks', () => {
      const site = siteAt('a|b`c`/``d.ts', 3)
      const span = '```a\\|b`c`/``d.ts:3```'
      const page = addNote(formatInventoryPage(inventoryOf([site]), undefined), span, 'ask Ada')

      expect(noteOf(formatInventoryPage(inventoryOf([site]), page), span)).toBe('ask Ada')
    })

    it('keeps a note when only the decision changes', () => {
      const page = addNote(
        formatInventoryPage(inventoryOf([users]), undefined),
        '`pages/api/users.ts:3`',
        'ask Ada',
      )

      const next = formatInventoryPage(
        inventoryOf([{ ...users, decision: 'review', context: 'test' }]),
        page,
      )

      expect(noteOf(next, '`pages/api/users.ts:3`')).toBe('ask Ada')
    })

    it.each([
      ['an escaped bar', String.raw`a \| b`, String.raw`a \| b`],
      ['a bar', 'a | b', String.raw`a \| b`],
      ['bars in code', '`a|b` and `c||d`', '`a\\|b` and `c\\|\\|d`'],
      ['a bar after a backslash', String.raw`c:\\| d`, String.raw`c:\\\| d`],
      ['backticks', '``a`b`` ` c', '``a`b`` ` c'],
      [
        'HTML',
        '<details open><b>x</b><!-- y --></details>',
        '<details open><b>x</b><!-- y --></details>',
      ],
      ['a pattern of a replacement', '$& $1', '$& $1'],
      ['wide characters', '日本語 😀', '日本語 😀'],
    ])('keeps %s in a note', (_, note, kept) => {
      const page = addNote(
        formatInventoryPage(inventoryOf([users]), undefined),
        '`pages/api/users.ts:3`',
        note,
      )

      const next = formatInventoryPage(inventoryOf([users]), page)

      expect(noteOf(next, '`pages/api/users.ts:3`')).toBe(kept)
      expect(formatInventoryPage(inventoryOf([users]), next)).toBe(next)
    })

    it('keeps whatever a note holds', () => {
      const page = formatInventoryPage(inventoryOf([users, orders]), undefined)
      const character = fc.constantFrom('a', ' ', '|', '\\', '`', '<', '$', '*', '-', ':', '日')
      const note = fc.string({ unit: character, minLength: 1 }).map((text) => `x${text}x`)

      fc.assert(
        fc.property(note, (text) => {
          const next = formatInventoryPage(
            inventoryOf([users]),
            addNote(page, '`pages/api/users.ts:3`', text),
          )
          const last = formatInventoryPage(inventoryOf([users]), next)
          const unescaped = (cell: string): string => cell.replaceAll(/\\*\|/g, '|')
          expect(unescaped(noteOf(last, '`pages/api/users.ts:3`'))).toBe(unescaped(text))
          expect(last).toBe(next)
        }),
      )
    })

    it('joins a note that was broken into two lines', () => {
      const page = addNote(
        formatInventoryPage(inventoryOf([users]), undefined),
        '`pages/api/users.ts:3`',
        'first\nsecond',
      )

      const next = formatInventoryPage(inventoryOf([users]), page)

      expect(noteOf(next, '`pages/api/users.ts:3`')).toBe('first second')
    })

    it('keeps both notes of a row that a merge has doubled', () => {
      const page = formatInventoryPage(inventoryOf([users]), undefined)
      const row = rowOf(page, '`pages/api/users.ts:3`')
      const ours = row.replace(/ +\|$/, ' ours |')
      const theirs = row.replace(/ +\|$/, ' theirs |')
      const merged = page.replace(
        row,
        ['<<<<<<< HEAD', ours, '=======', theirs, '>>>>>>> b'].join('\n'),
      )

      const next = formatInventoryPage(inventoryOf([users]), merged)

      expect(noteOf(next, '`pages/api/users.ts:3`')).toBe('ours<br>theirs')
    })

    it('keeps a note once that a merge has doubled', () => {
      const page = addNote(
        formatInventoryPage(inventoryOf([users]), undefined),
        '`pages/api/users.ts:3`',
        'ours',
      )
      const row = rowOf(page, '`pages/api/users.ts:3`')

      const next = formatInventoryPage(inventoryOf([users]), page.replace(row, `${row}\n${row}`))

      expect(noteOf(next, '`pages/api/users.ts:3`')).toBe('ours')
    })

    it('moves the note of a site that is gone to a list, and back if the site returns', () => {
      const page = addNote(
        formatInventoryPage(inventoryOf([users, orders]), undefined),
        '`pages/api/users.ts:3`',
        String.raw`a \| b: c`,
      )

      const without = formatInventoryPage(inventoryOf([orders]), page)
      const again = formatInventoryPage(inventoryOf([users, orders]), without)

      expect(without).toContain(
        '## Notes of sites that are gone\n\n- `pages/api/users.ts` new: a \\| b: c\n\n',
      )
      expect(again).toBe(formatInventoryPage(inventoryOf([users, orders]), page))
      expect(again).not.toContain('gone')
    })

    it('keeps both the note beside a site and another in the list of the gone', () => {
      const page = addNote(
        formatInventoryPage(inventoryOf([users]), undefined),
        '`pages/api/users.ts:3`',
        'here',
      ).replace(
        '## How to',
        '## Notes of sites that are gone\n\n- `pages/api/users.ts` new: old\n\n## How to',
      )

      expect(formatInventoryPage(inventoryOf([users]), page)).toBe(page)
    })

    it('lists a note once where its site goes twice', () => {
      const page = addNote(
        formatInventoryPage(inventoryOf([users]), undefined),
        '`pages/api/users.ts:3`',
        'old',
      ).replace(
        '## How to',
        '## Notes of sites that are gone\n\n- `pages/api/users.ts` new: old\n\n## How to',
      )

      expect(formatInventoryPage(inventoryOf([]), page).match(/: old$/gm)).toHaveLength(1)
    })

    it('keeps what people wrote into the list of notes whose site is gone', () => {
      const page = addNote(
        formatInventoryPage(inventoryOf([users]), undefined),
        '`pages/api/users.ts:3`',
        'a note',
      )
      const gone = formatInventoryPage(inventoryOf([]), page)
      const edited = gone.replace('new: a note\n', 'new: a note\n  - and more\n- our own\n')

      expect(formatInventoryPage(inventoryOf([]), edited)).toBe(edited)
    })

    it('loses no note of a row whose first cell a person has changed', () => {
      const page = addNote(
        formatInventoryPage(inventoryOf([users]), undefined),
        '`pages/api/users.ts:3`',
        'a note',
      ).replace('| `pages/api/users.ts:3`', '| users')

      expect(formatInventoryPage(inventoryOf([users]), page)).toContain('- `users` new: a note\n')
    })
  })
})

describe('isPageCurrent', () => {
  const page = formatInventoryPage(inventoryOf([users, orders]), undefined)

  it('is true of a page that lists the sites, whatever people wrote in it', () => {
    const edited = `${addNote(page, '`pages/api/users.ts:3`', 'ask Ada')}\nMore.\n`

    expect(isPageCurrent(inventoryOf([users, orders]), edited)).toBe(true)
  })

  it('is true where only lines have shifted', () => {
    expect(isPageCurrent(inventoryOf([{ ...users, line: 123 }, orders]), page)).toBe(true)
  })

  it('is true where a formatter has laid the page out in its own way', () => {
    const tight = page
      .replaceAll(/ +\|/g, ' |')
      .replaceAll(/-{4,}/g, '---')
      .replaceAll('\n', '\r\n')

    expect(isPageCurrent(inventoryOf([users, orders]), tight)).toBe(true)
  })

  it.each([
    ['has a site more', [users, orders, siteAt('lib/a.ts', 1)]],
    ['lacks a site', [users]],
    ['has another decision', [users, { ...orders, decision: 'keep' as const }]],
    ['has another context', [users, { ...orders, context: 'webhook' as const }]],
  ])('is false where the inventory %s', (_, sites) => {
    expect(isPageCurrent(inventoryOf(sites), page)).toBe(false)
  })

  it('is false where the inventory has a file that could not be read', () => {
    const unparsed = [{ path: 'b.ts', line: 1, message: 'Unexpected token' }]

    expect(isPageCurrent(inventoryOf([users, orders], { unparsed }), page)).toBe(false)
  })

  it('is false of a page without an inventory', () => {
    expect(isPageCurrent(inventoryOf([]), '# Ours\n')).toBe(false)
  })
})
