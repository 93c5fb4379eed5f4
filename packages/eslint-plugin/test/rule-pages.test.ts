import { readFileSync, readdirSync } from 'node:fs'
import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.ts'
import { typescriptParser } from './typescript-parser.ts'

const pages = new URL('../../../docs/rules/', import.meta.url)
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const names = Object.keys(plugin.rules)

describe('the pages of the rules', () => {
  it('are one for each rule', () => {
    expect(readdirSync(pages).toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted())
  })

  it.each(names)('say of %s why, what is incorrect and correct, and when not to use it', (name) => {
    const page = pageOf(name)

    expect(page.split('\n')[0]).toBe(`# ${name}`)
    expect(headingsOf(page)).toEqual([
      'Why',
      'Incorrect',
      'Correct',
      'Options',
      'When not to use it',
    ])
  })

  it.each(names)('give every example of %s a path', (name) => {
    const sections = ['Incorrect', 'Correct'].map((section) => {
      const fences = sectionOf(name, section).match(/^```[jt]s/gm)?.length ?? 0
      const examples = examplesOf(section).filter((example) => example.name === name).length
      return { fences, examples }
    })

    expect(
      sections.filter(({ fences, examples }) => examples === 0 || examples !== fences),
    ).toEqual([])
  })

  it.each(names)('name every option of %s', (name) => {
    const options = optionsOf(name)

    const missing = options.filter(
      (option) => !sectionOf(name, 'Options').includes(`\`${option}\``),
    )
    expect(missing).toEqual([])
  })

  it.each(examplesOf('Incorrect'))(
    'show by $file of $name what it reports',
    ({ name, file, code }) => {
      expect(lint(name, file, code)).toEqual(expect.arrayContaining([`rules/${name}`]))
    },
  )

  it.each(examplesOf('Correct'))(
    'show by $file of $name what no rule reports',
    ({ file, code }) => {
      const found = names.flatMap((other) => lint(other, file, code))
      expect(found).toEqual([])
    },
  )

  it.each(names)('are linked from the README for %s', (name) => {
    expect(readme).toContain(
      `[${name}](https://github.com/oneprisma/oneprisma/blob/main/docs/rules/${name}.md)`,
    )
    expect(plugin.rules[name as keyof typeof plugin.rules].meta?.docs?.url).toMatch(
      new RegExp(`/docs/rules/${name}\\.md$`),
    )
  })
})

interface Example {
  readonly name: string
  readonly file: string
  readonly code: string
}

/** The code of a section of all pages, each with the path that its first line tells. */
function examplesOf(section: string): readonly Example[] {
  return names.flatMap((name) =>
    [...sectionOf(name, section).matchAll(/^```[jt]sx?\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)].map(
      ([, file = '', code = '']) => ({ name, file, code }),
    ),
  )
}

function lint(name: string, file: string, code: string): readonly (string | null)[] {
  const messages = new Linter().verify(
    code,
    [
      { files: ['**/*.{js,mjs,ts}'], plugins: { rules: { rules: plugin.rules } } },
      { files: ['**/*.ts'], languageOptions: { parser: typescriptParser } },
      { files: ['controllers/**', 'routes/**'], languageOptions: { sourceType: 'commonjs' } },
      { rules: { [`rules/${name}`]: 'error' } },
    ],
    file,
  )
  return messages.map(({ ruleId, message }) => ruleId ?? message)
}

function pageOf(name: string): string {
  return readFileSync(new URL(`${name}.md`, pages), 'utf8')
}

function headingsOf(page: string): readonly (string | undefined)[] {
  return [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
}

function sectionOf(name: string, heading: string): string {
  const [, section = ''] = pageOf(name).split(`\n## ${heading}\n`)
  return section.split('\n## ')[0] ?? ''
}

function optionsOf(name: string): readonly string[] {
  const schema = plugin.rules[name as keyof typeof plugin.rules].meta?.schema
  const [options] = Array.isArray(schema) ? schema : []
  return Object.keys(options?.properties ?? {})
}
