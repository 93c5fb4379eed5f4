import type { ParsedPage } from '../src/parse-page.ts'

/** A call of the command line in the documentation. */
export interface DocumentedCommand {
  readonly line: number
  readonly command: string
  readonly flags: readonly string[]
}

// At the begin of a line, or of a step of a workflow.
const IN_FENCES = /^[ \t]*(?:- run: )?(?:npx )?oneprisma ((?:.*\\\n)*.*)/gm
const INLINE = /^(?:npx )?oneprisma (\w.*)/

/** Every `oneprisma …` of a page: in its fences for a shell and for workflows, and in its text. */
export function commandsOf(page: ParsedPage): DocumentedCommand[] {
  const inFences = page.fences
    .filter(({ language }) => language === 'sh' || language === 'yaml')
    .flatMap(({ line, code }) =>
      [...code.matchAll(IN_FENCES)].map((match) => ({
        line: line + code.slice(0, match.index).split('\n').length - 1,
        ...parseCall(match[1] ?? ''),
      })),
    )
  const inline = page.inlineCodes.flatMap(({ line, code }) => {
    const [, call] = INLINE.exec(code) ?? []
    return call === undefined ? [] : [{ line, ...parseCall(call) }]
  })
  return [...inFences, ...inline]
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
