/** How a file is written, so that new lines look like the ones around them. */
export interface TextStyle {
  readonly quote: '"' | "'"
  readonly semicolon: ';' | ''
  readonly lineEnd: '\n' | '\r\n'
}

/** Reads the style of a file from its imports, or from all of it. */
export function styleOf(text: string): TextStyle {
  const imports = text.match(/^.*(?:\bfrom\s*|\brequire\s*\(\s*|^import\s*)["'].*$/gm) ?? []
  const sample = imports.length > 0 ? imports.join('\n') : text
  const doubles = sample.split('"').length
  const singles = sample.split("'").length
  const ended = imports.filter((line) => /;\s*(?:\/\/.*)?$/.test(line.trimEnd())).length
  const isEnded = imports.length > 0 ? ended * 2 >= imports.length : /;\s*$/m.test(text)
  return {
    quote: doubles > singles ? '"' : "'",
    semicolon: isEnded ? ';' : '',
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
  }
}
