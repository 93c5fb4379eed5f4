import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { LIVE_CHECKS } from '../src/doctor/live-codes.ts'

const CODES = Object.keys(LIVE_CHECKS)
const page = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8')

function textOf(folder: string, pattern: RegExp): string {
  const path = fileURLToPath(new URL(folder, import.meta.url))
  return readdirSync(path)
    .filter((name) => pattern.test(name))
    .map((name) => readFileSync(`${path}/${name}`, 'utf8'))
    .join('\n')
}

describe('LIVE_CHECKS', () => {
  it('have a heading each in the section on the server, and no heading is without a code', () => {
    const [, section = ''] = page.split(/^## The server$/m)
    const [own = ''] = section.split(/^## /m)
    const headings = [...own.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading)

    expect(headings.toSorted()).toEqual(CODES.toSorted())
  })

  it('are each given by a check', () => {
    const checks = textOf('../src/doctor/live', /\.ts$/)

    expect(CODES.filter((code) => !checks.includes(`'${code}'`))).toEqual([])
  })

  it('are each found by a test', () => {
    const tests = textOf('.', /^doctor-live-(?!codes).*\.test\.ts$/)

    expect(CODES.filter((code) => !tests.includes(`'${code}'`))).toEqual([])
  })

  it('have titles that name a thing, and not a sentence', () => {
    const titles = Object.values(LIVE_CHECKS).map(({ title }) => title)

    expect(titles.filter((title) => !/^[A-Z].*[^.]$/.test(title))).toEqual([])
  })
})
