import type { Edit } from '@oneprisma/sites'
import { mendScriptEnding, type MendedEnding } from '../src/script-ending.ts'
import { parse, variablesNamed } from './parse.ts'

export interface Mended extends MendedEnding {
  readonly text: string
}

/** Mends a script that knows its client as `prisma`. */
export function mend(script: string, format: 'esm' | 'cjs' = 'esm'): Mended {
  const module = parse(script)
  const clients = variablesNamed(module, 'prisma')
  const mended = mendScriptEnding(module, clients, { format, name: 'prisma' })
  return { ...mended, text: apply(script, mended.edits) }
}

function apply(text: string, edits: readonly Edit[]): string {
  return edits.reduceRight(
    (edited, { start, end, text: put }) => edited.slice(0, start) + put + edited.slice(end),
    text,
  )
}
