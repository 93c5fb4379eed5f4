import { describe, expect, it } from 'vitest'
import { meaningOf, projectOf } from './project-fixture.ts'

describe('readProject: broken compiler configuration', () => {
  it('keeps the paths of a file whose extends is not there, and names it', async () => {
    const project = await projectOf({
      'tsconfig.json':
        '{ "extends": "@acme/tsconfig/next.json", /* ours */ "compilerOptions": { "paths": { "@/*": ["./src/*"], } } }',
      'src/db.ts': '',
    })

    expect(project.problems).toEqual([
      {
        code: 'TSCONFIG_EXTENDS_BROKEN',
        path: 'tsconfig.json',
        message: expect.stringContaining('"@acme/tsconfig/next.json"'),
      },
    ])
    expect(meaningOf(project, '@/db', 'src/a.ts')).toBe('src/db.ts')
    expect(project.packageOf('a.ts').compiler.hasAliases).toBe(true)
  })

  it('names the file in the chain that is broken, once, and keeps what the chain says', async () => {
    const project = await projectOf({
      'tsconfig.base.json': {
        extends: './gone.json',
        compilerOptions: { strict: true, baseUrl: './shared', paths: { '@/*': ['lib/*'] } },
      },
      'apps/a/tsconfig.json': { extends: ['../../tsconfig.base'] },
      'apps/b/tsconfig.json': { extends: '../../tsconfig.base.json' },
      'apps/a/package.json': {},
      'shared/lib/db.ts': '',
    })

    expect(project.problems.map(({ code, path }) => [code, path])).toEqual([
      ['TSCONFIG_EXTENDS_BROKEN', 'tsconfig.base.json'],
    ])
    expect(meaningOf(project, '@/db', 'apps/a/x.ts')).toBe('shared/lib/db.ts')
    expect(project.packageOf('apps/a/x.ts').compiler.strict).toBe(true)
  })

  it('finds what is extended in a package of the workspace', async () => {
    const project = await projectOf({
      'tooling/tsconfig/package.json': { name: '@acme/tsconfig' },
      'tooling/tsconfig/next.json': { compilerOptions: { strict: true } },
      'apps/web/package.json': {},
      'apps/web/tsconfig.json': { extends: '@acme/tsconfig/next.json' },
    })

    expect(project.problems).toEqual([])
    expect(project.packageOf('apps/web/x.ts').compiler.strict).toBe(true)
  })

  it('does not run in the circle of files that extend each other', async () => {
    const project = await projectOf({
      'tsconfig.json': { extends: './other.json', compilerOptions: { paths: { '@/*': ['./*'] } } },
      'other.json': { extends: './tsconfig.json' },
      'a.ts': '',
    })

    expect(project.problems).toMatchObject([
      { code: 'TSCONFIG_EXTENDS_BROKEN', path: 'other.json' },
    ])
    expect(meaningOf(project, '@/a', 'b.ts')).toBe('a.ts')
  })

  it('makes a file that is no JSON a problem', async () => {
    const project = await projectOf({ 'tsconfig.json': '{ "compilerOptions": { "strict" true }' })

    expect(project.problems).toMatchObject([{ code: 'TSCONFIG_INVALID', path: 'tsconfig.json' }])
  })

  it('makes paths that are no lists a problem', async () => {
    const project = await projectOf({
      'tsconfig.json': { compilerOptions: { paths: { '@/*': './src/*', '~/*': ['./lib/*'] } } },
      'lib/a.ts': '',
    })

    expect(project.problems).toMatchObject([{ code: 'TSCONFIG_INVALID', path: 'tsconfig.json' }])
    expect(meaningOf(project, '~/a', 'x.ts')).toBe('lib/a.ts')
  })

  it('makes a pattern with two stars a problem', async () => {
    const project = await projectOf({
      'tsconfig.json': { compilerOptions: { paths: { '@/*/*': ['./src/*'] } } },
    })

    expect(project.problems).toMatchObject([{ code: 'TSCONFIG_INVALID', path: 'tsconfig.json' }])
    expect(project.resolve('@/a/b', 'x.ts')).toBeUndefined()
  })

  it('reads comments, trailing commas, slashes in strings and a byte order mark', async () => {
    const project = await projectOf({
      'tsconfig.json':
        '\uFEFF{\r\n // a, }\r\n "compilerOptions": { "paths": { "@//*": ["./src/*",], /* , */ }, },\r\n}',
      'src/a.ts': '',
    })

    expect(project.problems).toEqual([])
    expect(meaningOf(project, '@//a', 'x.ts')).toBe('src/a.ts')
  })

  it('reports a configuration file that cannot be read', async () => {
    const project = await projectOf({ 'tsconfig.json': Buffer.from('{}', 'utf16le') })

    expect(project.problems).toMatchObject([{ code: 'CONFIG_UNREADABLE', path: 'tsconfig.json' }])
  })
})
