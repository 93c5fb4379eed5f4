import type { ModuleSource } from '@oneprisma/sites'

/** How a module is written, so that what is added looks the same. */
export interface SourceStyle {
  readonly quote: "'" | '"'
  /** `;` or nothing. */
  readonly end: ';' | ''
  readonly newline: '\n' | '\r\n'
  /** One step of indentation. */
  readonly indent: string
  readonly usesImport: boolean
  readonly isTypeScript: boolean
}

export function styleOf({ path, text, program }: ModuleSource): SourceStyle {
  const { body } = program
  const ended = body.filter(({ range }) => text[range[1] - 1] === ';').length
  const quotes = [...text.matchAll(/(?:from|require\(|import)\s*(['"])/g)].map(([, quote]) => quote)
  return {
    quote: quotes[0] === '"' ? '"' : "'",
    end: ended * 2 > body.length ? ';' : '',
    newline: text.includes('\r\n') ? '\r\n' : '\n',
    indent: /^(\t| {2,8})\S/m.exec(text)?.[1] ?? '  ',
    usesImport: body.some(({ type }) => type === 'ImportDeclaration' || type.startsWith('Export')),
    isTypeScript: /\.[cm]?tsx?$/.test(path),
  }
}
