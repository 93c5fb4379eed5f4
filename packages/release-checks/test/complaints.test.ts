import { describe, expect, it } from 'vitest'
import { complaintsAbout } from './complaints.ts'
import { REPOSITORY } from './published-packages.ts'

describe('complaintsAbout', () => {
  it.each([
    { of: 'the folder of the repository', text: `const root = '${REPOSITORY}/packages'` },
    { of: 'a home on Linux', text: 'file:///home/jo/app/index.js' },
    { of: 'a home on macOS', text: '/Users/jo/app' },
    { of: 'a home on Windows', text: String.raw`C:\\Users\\jo\\app` },
  ])('finds $of', ({ text }) => {
    expect(complaintsAbout('dist/a.js', text, [])).toEqual([
      'a folder of the machine that built it',
    ])
  })

  it('finds the host of a registry', () => {
    const text = ['https://registry', 'example', 'com/pg'].join('.')

    expect(complaintsAbout('dist/a.js', text, [])).toEqual(['the host of a registry'])
  })

  it.each([
    { of: 'npm', text: `npm_${'a'.repeat(36)}` },
    { of: 'GitHub', text: `ghp_${'a'.repeat(36)}` },
    { of: 'a cloud', text: `AKIA${'A'.repeat(16)}` },
    { of: 'a file of npm', text: '//example.com/:_authToken=abc' },
    { of: 'TLS', text: ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ') },
  ])('finds a secret of $of', ({ text }) => {
    expect(complaintsAbout('dist/a.js', text, [])).toEqual(['a secret'])
  })

  it('finds a map that points nowhere, and none that is there', () => {
    const text = 'a()\n//# sourceMappingURL=a.js.map\n'

    expect(complaintsAbout('dist/a.js', text, [])).toEqual(['a map that is not there'])
    expect(complaintsAbout('dist/a.js', text, ['dist/a.js.map'])).toEqual([])
  })
})
