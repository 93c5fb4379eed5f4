import type { ImportClause } from './import-clause.ts'

/**
 * Whether a module only annotates with a name that it imports, as in `(prisma: PrismaClient) =>`, as
 * far as its text tells. In doubt it does not.
 */
export function isOnlyAType(text: string, name: string, { start, end }: ImportClause): boolean {
  // What an object of `exports` holds is exported.
  if (/\bexports\b/.test(text)) return false
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const isOther = isPartOfName(text[at - 1]) || isPartOfName(text[at + name.length])
    if (isOther || (at >= start && at < end)) continue
    if (!isAnnotation(text, at)) return false
  }
  return true
}

const ANNOTATED =
  /(?:[({,;]\s*|\b(?:private|public|protected|readonly|const|let|var)\s+)[\w$]+\??:[ \t]*$/

// A value can stand behind a colon in an object, which nothing is read from, and in a condition: there
// no bracket, comma or semicolon stands before the name, unless a comment ends with one.
function isAnnotation(text: string, at: number): boolean {
  const line = text.lastIndexOf('\n', at) + 1
  const above = text.slice(text.lastIndexOf('\n', line - 2) + 1, line)
  const isCommented = above.includes('//') || above.includes('*')
  return ANNOTATED.test((isCommented ? '' : above) + text.slice(line, at))
}

function isPartOfName(character: string | undefined): boolean {
  return character !== undefined && /[\w$\u0080-\uffff]/.test(character)
}
