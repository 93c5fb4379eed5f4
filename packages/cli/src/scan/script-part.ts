/** The program in a file, at the same offsets as in the file. */
export interface ScriptPart {
  /** The path that says in which language it is. */
  readonly path: string
  readonly text: string
}

const FRONTMATTER = /^\s*---\r?\n([^]*?)\r?\n---/
const SCRIPT = /<script\b([^>]*)>([^]*?)<\/script\s*>/gi

/**
 * The part of a file that is a program: all of it, or the scripts of a Vue, Svelte or Astro file,
 * with spaces in place of what stands around them.
 */
export function scriptOf(path: string, text: string): ScriptPart {
  if (!/\.(?:vue|svelte|astro)$/.test(path)) return { path, text }
  const parts = [...text.matchAll(SCRIPT)].map((match) => {
    const start = match.index + match[0].indexOf('>') + 1
    return { start, end: start + (match[2] ?? '').length, attributes: match[1] ?? '' }
  })
  const frontmatter = path.endsWith('.astro') ? FRONTMATTER.exec(text) : null
  if (frontmatter !== null) {
    const start = frontmatter.index + frontmatter[0].indexOf(frontmatter[1] ?? '')
    // The frontmatter runs on the server; what follows runs in a browser.
    parts.splice(0, parts.length, {
      start,
      end: start + (frontmatter[1] ?? '').length,
      attributes: 'ts',
    })
  }
  let blank = ''
  let at = 0
  for (const { start, end } of parts) {
    blank += spaces(text.slice(at, start)) + text.slice(start, end)
    at = end
  }
  blank += spaces(text.slice(at))
  const isTypeScript = parts.some(({ attributes }) => /\bts\b|typescript/.test(attributes))
  return { path: `${path}.${isTypeScript ? 'ts' : 'js'}`, text: blank }
}

function spaces(text: string): string {
  return text.replaceAll(/[^\r\n]/g, ' ')
}
