import type { ModuleSource } from './module-source.ts'

/** How the author of a module writes. */
export interface Style {
  /** `;` or nothing. */
  readonly semicolon: string
  readonly newline: string
}

export function readStyle({ program, text }: ModuleSource): Style {
  const ended = program.body.filter(({ type }) => !type.endsWith('FunctionDeclaration'))
  const semicolons = ended.filter(({ range }) => text[range[1] - 1] === ';').length
  return {
    semicolon: semicolons * 2 > ended.length ? ';' : '',
    newline: text.includes('\r\n') ? '\r\n' : '\n',
  }
}

/** The white space at the start of the line that a place stands in. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? ''
}

/** Whether only white space stands before a place in its line. */
export function startsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === ''
}
