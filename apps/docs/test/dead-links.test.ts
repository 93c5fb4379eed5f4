import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { deadLinks } from './dead-links.ts'

it('finds links to pages and headings that a site has not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'site-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'a'))
  writeFileSync(join(folder, 'a/index.html'), '<h1 id="top">A</h1>')
  writeFileSync(
    join(folder, 'index.html'),
    `<a class="x" href="/a/#top">1</a> <a href="/a/#none">2</a> <a href="b">3</a>
     <a href="https://example.org/none">4</a> <a href="#none">5</a>`,
  )

  expect(deadLinks(folder)).toEqual(['/ /a/#none', '/ /b', '/ /#none'])
})
