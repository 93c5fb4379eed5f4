/** A code span that holds any text on one line, for use inside a table or outside of one. */
export function codeSpan(text: string): string {
  const line = oneLine(text)
  const runs = new Set([...line.matchAll(/`+/g)].map(([run]) => run.length))
  let length = 1
  while (runs.has(length)) length++
  const fence = '`'.repeat(length)
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${padding}${line.replaceAll('|', String.raw`\|`)}${padding}${fence}`
}

/** The text of a cell or an item that is a code span, or `undefined` if it is something else. */
export function textOfCodeSpan(markdown: string): string | undefined {
  const text = /^(`+)([^`]|[^`].*?[^`])\1$/.exec(markdown)?.[2]
  return text?.replace(/^ (`.*|.*`) $/, '$1').replaceAll(String.raw`\|`, '|')
}

/** Prose that may hold code spans, with everything else in it that Markdown would read escaped. */
export function escapeProse(text: string): string {
  return oneLine(text)
    .split(/(`[^`]+`)/)
    .map((part, index) =>
      index % 2 === 1 ? codeSpan(part.slice(1, -1)) : part.replaceAll(SPECIAL, String.raw`\$&`),
    )
    .join('')
}

const SPECIAL = /[\\`*_[\]<>|~]|&(?=#?\w+;)/g

/** Makes characters that would end the line, or act on a terminal, visible. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\s*[\n\r]\s*/g, ' ')
    .replaceAll(/[\p{Cc}\u{2028}\u{2029}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu, toEscape)
}

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
