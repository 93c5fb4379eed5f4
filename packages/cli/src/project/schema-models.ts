/** A model of a Prisma schema, as far as its keys go. */
export interface SchemaModel {
  readonly name: string
  /** In the database. */
  readonly table: string
  /** From 1. */
  readonly line: number
  readonly fields: readonly SchemaField[]
  /** The fields of each index, unique constraint and key, in their order. */
  readonly indexes: readonly SchemaIndex[]
}

export interface SchemaField {
  readonly name: string
  /** In the database. */
  readonly column: string
  /** Without `?` and `[]`. */
  readonly type: string
  readonly line: number
}

export interface SchemaIndex {
  readonly fields: readonly string[]
  readonly isUnique: boolean
}

const HEAD = /^[ \t]*model[ \t]+(\w+)[ \t]*\{/
const FIELD = /^[ \t]*(\w+)[ \t]+(\w+)(?:\([^)]*\))?(?:\[\])?\??(.*)$/
const BLOCK = /^[ \t]*@@(\w+)[ \t]*(.*)$/

/** Reads the models of a schema, line by line, as the formatter of Prisma writes them. */
export function readSchemaModels(schema: string): readonly SchemaModel[] {
  const lines = schema.replaceAll(/\/\*[^]*?\*\//g, blank).split('\n')
  return lines.flatMap((line, at): readonly SchemaModel[] => {
    const name = HEAD.exec(line)?.[1]
    if (name === undefined) return []
    const end = lines.findIndex((each, index) => index > at && /^[ \t]*\}/.test(each))
    const body = lines.slice(at + 1, end === -1 ? undefined : end)
    return [toModel(name, at + 1, body.map(withoutComment))]
  })
}

function toModel(name: string, line: number, body: readonly string[]): SchemaModel {
  const fields: SchemaField[] = []
  const indexes: SchemaIndex[] = []
  let table = name
  for (const [at, text] of body.entries()) {
    const [, attribute, rest = ''] = BLOCK.exec(text) ?? []
    if (attribute === 'map') table = quotedIn(rest) ?? name
    else if (attribute !== undefined) {
      const columns = /\[([^\]]*)\]/.exec(rest)?.[1]?.split(',') ?? []
      const isUnique = attribute === 'unique' || attribute === 'id'
      // `userId(sort: Desc)` is an index of `userId`.
      const names = columns.flatMap((column) => /\w+/.exec(column)?.[0] ?? [])
      if (isUnique || attribute === 'index') indexes.push({ fields: names, isUnique })
    } else {
      const [, field, type, attributes = ''] = FIELD.exec(text) ?? []
      if (field === undefined || type === undefined) continue
      const column = quotedIn(/@map\(([^)]*)\)/.exec(attributes)?.[1] ?? '') ?? field
      fields.push({ name: field, column, type, line: line + at + 1 })
      if (/@(?:id|unique)\b/.test(attributes)) indexes.push({ fields: [field], isUnique: true })
    }
  }
  return { name, table, line, fields, indexes }
}

function quotedIn(text: string): string | undefined {
  return /"([^"]*)"/.exec(text)?.[1]
}

function withoutComment(line: string): string {
  return line.replace(/^((?:[^"/]|"[^"]*"|\/(?!\/))*)\/\/.*$/, '$1')
}

// Lines keep their numbers.
function blank(comment: string): string {
  return comment.replaceAll(/[^\n]/g, ' ')
}
