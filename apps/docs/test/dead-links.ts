import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The links of a built site that lead to no page of it, or to no heading of that. */
export function deadLinks(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const pages = new Map(
    files
      .filter((file) => file.endsWith('.html'))
      .map((file) => [addressOf(file), readFileSync(join(folder, file), 'utf8')] as const),
  )
  const ids = new Map([...pages].map(([address, html]) => [address, idsOf(html)]))
  return [...pages].flatMap(([from, html]) =>
    [...html.matchAll(/<a[^>]* href="([^"]*)"/g)]
      .map(([, href = '']) => new URL(href, `http://site${from}`))
      .filter(({ host }) => host === 'site')
      .filter(({ pathname, hash }) => {
        const there = ids.get(pathname)
        if (there === undefined) return !files.includes(pathname.slice(1))
        return hash !== '' && !there.has(decodeURIComponent(hash.slice(1)))
      })
      .map(({ pathname, hash }) => `${from} ${pathname}${hash}`),
  )
}

function addressOf(file: string): string {
  return `/${file.replace(/(?:^|(?<=\/))index\.html$|\.html$/, '')}`
}

function idsOf(html: string): Set<string> {
  return new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id))
}
