import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DOCTOR_CHECKS, doctorUrl } from '../src/doctor/codes.ts'
import { LIVE_CHECKS } from '../src/doctor/live-codes.ts'
import { STATIC_CHECKS } from '../src/doctor/static-codes.ts'

const docs = new URL('../../../docs/', import.meta.url)
const page = readFileSync(new URL('doctor.md', docs), 'utf8')
const sections = page.split(/^### /m).slice(1)

describe('DOCTOR_CHECKS', () => {
  it('have a heading each in docs/doctor.md, and no heading is without a code', () => {
    const headings = sections.map((section) => section.split('\n')[0] ?? '')

    expect(headings.toSorted()).toEqual(Object.keys(DOCTOR_CHECKS).toSorted())
  })

  it('are either of files or of the server', () => {
    const both = Object.keys(STATIC_CHECKS).filter((code) => Object.hasOwn(LIVE_CHECKS, code))

    expect(both).toEqual([])
  })

  it.each(Object.entries(STATIC_CHECKS))('%s is explained, with what to change', (code, check) => {
    const section = sections.find((each) => each.startsWith(`${code}\n`)) ?? ''

    expect(check.title).toMatch(/^[A-Z].*[^.]$/)
    expect(section).toMatch(/\n```(?:diff|sh)\n/)
    // A remark is said to be one, as nobody has to act on it.
    expect(/\ba remark\b/i.test(section)).toBe(
      check.severity === 'info' || ['URL_PARAMETER_IGNORED', 'VERSION_UNPINNED'].includes(code),
    )
  })

  it('lead to files and headings that are there', () => {
    const links = [...page.matchAll(/\]\(([^)#]*)(?:#([\w-]+))?\)/g)]
    const local = links.filter(([, file = '']) => !file.includes('://'))
    const broken = local.filter(([, file = '', heading]) => {
      if (file !== '') return !existsSync(new URL(file, docs))
      return !sections.some((section) => section.toLowerCase().startsWith(`${heading}\n`))
    })

    expect(local.length).toBeGreaterThan(5)
    expect(broken.map(([link]) => link)).toEqual([])
  })
})

describe('doctorUrl', () => {
  it('leads to the heading of the code', () => {
    expect(doctorUrl('POOL_AS_OPTION')).toMatch(/^https:\/\/.*\/docs\/doctor\.md#pool_as_option$/)
  })
})
