import type { ParsedPage } from '../src/parse-page.ts'

/** A call of the command line in the documentation. */
export interface DocumentedCommand {
  readonly line: number
  readonly command: string
  readonly flags: readonly string[]
}

/** Every `oneprisma …` in the `sh` fences of a page. */
export function commandsOf(page: ParsedPage): DocumentedCommand[] {
  return page.fences
    .filter(({ language }) => language === 'sh')
    .flatMap(({ line, code }) =>
      [...code.matchAll(/^[ \t]*(?:npx )?oneprisma ((?:.*\\\n)*.*)/gm)].map((match) => ({
        line: line + code.slice(0, match.index).split('\n').length - 1,
        ...parseCall(match[1] ?? ''),
      })),
    )
}

function parseCall(call: string): Omit<DocumentedCommand, 'line'> {
  // What a shell would not hand on: comments, and where the output goes.
  const words = call
    .replaceAll('\\\n', ' ')
    .replace(/\s#.*$/m, '')
    .split(/\s+/)
  const flags = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0])
  return { command: words[0] ?? '', flags: flags.filter((flag) => flag !== undefined) }
}
