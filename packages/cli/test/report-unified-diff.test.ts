import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Colour } from '../src/report/paint.ts'
import { unifiedDiff, type FileChange } from '../src/report/unified-diff.ts'

/** Writes what was before, lets Git apply the diff, and reads what is there then. */
function apply(changes: readonly FileChange[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'oneprisma-diff-'))
  try {
    for (const { path, before } of changes) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      if (before !== undefined) writeFileSync(join(folder, path), before)
    }
    const git = (args: readonly string[], input = ''): Buffer =>
      execFileSync('git', args, { cwd: folder, input, stdio: 'pipe' })
    git(['init', '--quiet'])
    git(['-c', 'core.autocrlf=false', 'apply', '-'], unifiedDiff(changes))
    return changes.map(({ path }) => readFileSync(join(folder, path), 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const lines = (count: number, ending = '\n'): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}${ending}`).join('')

describe('unifiedDiff', () => {
  it('prints a change with three lines around it', () => {
    const before = lines(9)

    expect(
      unifiedDiff([{ path: 'lib/a.ts', before, after: before.replace('line 5', 'other') }]),
    ).toBe(
      [
        'diff --git a/lib/a.ts b/lib/a.ts',
        '--- a/lib/a.ts',
        '+++ b/lib/a.ts',
        '@@ -2,7 +2,7 @@',
        ' line 2',
        ' line 3',
        ' line 4',
        '-line 5',
        '+other',
        ' line 6',
        ' line 7',
        ' line 8',
        '',
      ].join('\n'),
    )
  })

  it('prints a new file as one that was not there', () => {
    expect(unifiedDiff([{ path: 'a.ts', before: undefined, after: 'x\ny' }])).toBe(
      [
        'diff --git a/a.ts b/a.ts',
        'new file mode 100644',
        '--- /dev/null',
        '+++ b/a.ts',
        '@@ -0,0 +1,2 @@',
        '+x',
        '+y',
        String.raw`\ No newline at end of file`,
        '',
      ].join('\n'),
    )
  })

  it('leaves out files that stay as they are', () => {
    expect(unifiedDiff([{ path: 'a.ts', before: 'x', after: 'x' }])).toBe('')
  })

  it.each<[string, FileChange]>([
    [
      'plain lines',
      { path: 'a.ts', before: lines(30), after: lines(30).replace('line 9\n', 'x\ny\n') },
    ],
    [
      'CRLF',
      {
        path: 'a.ts',
        before: lines(30, '\r\n'),
        after: lines(30, '\r\n').replace('line 9\r\n', 'x\r\n'),
      },
    ],
    ['mixed line endings', { path: 'a.ts', before: 'a\r\nb\nc\r\n', after: 'a\r\nx\nc\r\n' }],
    ['line endings that change', { path: 'a.ts', before: 'a\r\nb\r\n', after: 'a\nb\r\n' }],
    ['no newline at the end', { path: 'a.ts', before: 'a\nb\nc', after: 'x\nb\nc' }],
    ['a last line that changes without a newline', { path: 'a.ts', before: 'a\nb', after: 'a\nc' }],
    ['a newline that comes to the end', { path: 'a.ts', before: 'a\nb', after: 'a\nb\n' }],
    ['a newline that goes from the end', { path: 'a.ts', before: 'a\r\nb\r\n', after: 'a\r\nb' }],
    [
      'a byte order mark',
      { path: 'a.ts', before: `\uFEFF${lines(3)}`, after: `\uFEFFx\n${lines(3)}` },
    ],
    ['a new file', { path: 'lib/new/a.ts', before: undefined, after: lines(3) }],
    [
      'a new file with CRLF, a byte order mark and no newline at the end',
      { path: 'a.ts', before: undefined, after: '\uFEFFa\r\nb' },
    ],
    ['a new file that is empty', { path: 'a.ts', before: undefined, after: '' }],
    ['a file that becomes empty', { path: 'a.ts', before: lines(2), after: '' }],
    ['a file that was empty', { path: 'a.ts', before: '', after: lines(2) }],
    [
      'lines that look like a diff',
      { path: 'a.ts', before: '-- a\n++ b\n@@ -1 +1 @@\n', after: '-- b\n++ c\n@@ -1 +1 @@\n' },
    ],
    [
      'a path with blanks, brackets and letters of all kinds',
      { path: 'app/[id] (x)/é 日 "q".ts', before: 'a\n', after: 'b\n' },
    ],
    ['a new file whose path has blanks', { path: 'a b/c d.ts', before: undefined, after: 'b\n' }],
    ['emoji', { path: 'a.ts', before: '// 😀\na\n', after: '// 😀👍\na\n' }],
  ])('is applied by Git: %s', (_, change) => {
    expect(apply([change])).toEqual([change.after])
  })

  it('is applied by Git: several files', () => {
    const changes = [
      { path: 'a.ts', before: 'a', after: 'b' },
      { path: 'b/c.ts', before: undefined, after: 'c\n' },
      { path: 'd.ts', before: lines(40, '\r\n'), after: `x\r\n${lines(40, '\r\n')}y` },
    ]

    expect(apply(changes)).toEqual(changes.map(({ after }) => after))
  })

  describe('with colours', () => {
    const codes: Readonly<Record<Colour, number>> = {
      bold: 1,
      dim: 2,
      red: 31,
      green: 32,
      yellow: 33,
      cyan: 36,
    }
    const paint = (colour: Colour, text: string): string =>
      `\u001B[${codes[colour]}m${text}\u001B[0m`
    const changes = [{ path: 'a.ts', before: '-- a\r\nb\r\n', after: '++ a\r\nb\r\n' }]

    it('tells removed lines from the head of a file', () => {
      expect(unifiedDiff(changes, paint).split('\n')).toEqual([
        '\u001B[1mdiff --git a/a.ts b/a.ts\u001B[0m',
        '\u001B[1m--- a/a.ts\u001B[0m',
        '\u001B[1m+++ b/a.ts\u001B[0m',
        '\u001B[36m@@ -1,2 +1,2 @@\u001B[0m',
        '\u001B[31m--- a\u001B[0m\r',
        '\u001B[32m+++ a\u001B[0m\r',
        ' b\r',
        '',
      ])
    })

    it('is the same diff without them', () => {
      expect(stripVTControlCharacters(unifiedDiff(changes, paint))).toBe(unifiedDiff(changes))
    })
  })
})
