import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { CliErrorCode } from '../src/errors.ts'
import { REASONS, reasonUrl } from '../src/report/reasons.ts'

const page = readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8')
const sections = page.split(/^### /m).slice(1)

// The compiler sees that none is missing: a union leaves nothing to list when the tests run.
const ERRORS: Readonly<Record<CliErrorCode, true>> = {
  USAGE: true,
  ROOT_MISSING: true,
  GIT_DIRTY: true,
  GIT_UNREADABLE: true,
  FILE_UNREADABLE: true,
  FILE_CHANGED: true,
  PLACE_REFUSED: true,
  WRITE_FAILED: true,
  WRITE_IN_PROGRESS: true,
  JOURNAL_INVALID: true,
  CANCELLED: true,
  URL_MISSING: true,
  SOURCE_MISSING: true,
  SOURCE_FAILED: true,
  RECORDING_INVALID: true,
  RECORDINGS_DIFFER: true,
}

/** The sources that give reasons, without those that list what reasons there are. */
function readEmitters(): string {
  return ['../src', '../../sites/src']
    .flatMap((folder) => {
      const root = fileURLToPath(new URL(folder, import.meta.url))
      return readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter(
          (path) => path.endsWith('.ts') && !/-reasons\.ts$|^(?:reason|site-note)\.ts$/.test(path),
        )
        .map((path) => readFileSync(join(root, path), 'utf8'))
    })
    .join('\n')
}

describe('REASONS', () => {
  it('have a heading each in docs/reasons.md, and no heading is without a code', () => {
    const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading)

    const codes = [...Object.keys(REASONS), ...Object.keys(ERRORS)]

    expect(headings.toSorted()).toEqual(codes.toSorted())
  })

  it('are each given by something', () => {
    const emitters = readEmitters()
    const never = Object.keys(REASONS).filter((code) => !emitters.includes(`'${code}'`))

    expect(never).toEqual([])
  })

  it('have an example each in docs/reasons.md', () => {
    const without = sections.filter((section) => !section.includes('\n```'))

    expect(without).toEqual([])
  })

  it('link to pages that are there', () => {
    const links = [...page.matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link)
    const docs = readdirSync(new URL('../../../docs', import.meta.url))

    expect(links).toContain('use-middleware.md')
    expect(links.filter((link) => !docs.includes(link))).toEqual([])
  })

  it.each(Object.entries(REASONS))(
    '%s says in full sentences what happens and what to do',
    (_, reason) => {
      expect(reason.sentence).toMatch(/^[A-Z`].*\.$/)
      expect(reason.remedy).toMatch(/^[A-Z].*\.$/)
      expect(reason.title).toMatch(/^[A-Z].*[^.]$/)
    },
  )
})

describe('reasonUrl', () => {
  it('leads to the heading of the code', () => {
    expect(reasonUrl('MODULE_CLIENT')).toMatch(/^https:\/\/.*\/docs\/reasons\.md#module_client$/)
  })
})
