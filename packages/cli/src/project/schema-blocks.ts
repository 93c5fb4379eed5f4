/** A `generator` or `datasource` block of a Prisma schema. */
export interface SchemaBlock {
  readonly kind: 'generator' | 'datasource'
  readonly name: string
  readonly fields: Readonly<Record<string, SchemaValue>>
}

export type SchemaValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** `env("NAME")` */
  | { readonly kind: 'env'; readonly name: string }

const HEAD = /^[ \t]*(generator|datasource)[ \t]+([\w-]+)\s*\{/gm
const TOKEN = /\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|[A-Za-z_][\w-]*|[^\s]/g

/** Reads the generators and datasources of a schema; models and everything else are passed over. */
export function readSchemaBlocks(schema: string): readonly SchemaBlock[] {
  const text = schema.includes('/*') ? withoutBlockComments(schema) : schema
  return [...text.matchAll(HEAD)].map((head) => ({
    kind: head[1] === 'generator' ? 'generator' : 'datasource',
    name: head[2] ?? '',
    fields: readFields(bodyAt(text, head.index + head[0].length)),
  }))
}

function bodyAt(text: string, start: number): readonly string[] {
  const tokens: string[] = []
  const scanner = new RegExp(TOKEN)
  scanner.lastIndex = start
  for (let match = scanner.exec(text); match !== null; match = scanner.exec(text)) {
    const [token] = match
    if (token === '}') break
    if (!token.startsWith('//')) tokens.push(token)
  }
  return tokens
}

const STRING_OR_COMMENT = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

function withoutBlockComments(text: string): string {
  return text.replaceAll(STRING_OR_COMMENT, (part) => (part.startsWith('/*') ? ' ' : part))
}

function readFields(tokens: readonly string[]): Readonly<Record<string, SchemaValue>> {
  const fields: Record<string, SchemaValue> = {}
  for (const [at, token] of tokens.entries()) {
    const name = tokens[at - 1]
    if (token !== '=' || name === undefined) continue
    const value = readValue(tokens, at + 1)
    if (value !== undefined) fields[name] = value
  }
  return fields
}

function readValue(tokens: readonly string[], at: number): SchemaValue | undefined {
  const token = tokens[at]
  if (token === undefined) return undefined
  if (token.startsWith('"')) return { kind: 'text', text: unquote(token) }
  if (token === 'env') return { kind: 'env', name: unquote(tokens[at + 2] ?? '') }
  if (token !== '[') return { kind: 'text', text: token }
  const end = tokens.indexOf(']', at)
  const items = tokens.slice(at + 1, end === -1 ? undefined : end)
  return { kind: 'list', items: items.filter((item) => item.startsWith('"')).map(unquote) }
}

function unquote(token: string): string {
  return token.replaceAll(/^"|"$/g, '').replaceAll(/\\(.)/g, '$1')
}
