import { walk } from '@oneprisma/sites'
import { columnOf, lineOf } from '../text/lines.ts'
import type { Note } from '../report/finding.ts'
import type { ScannedModule } from './scan.ts'

const MOCKED =
  /\b(?:jest|vi)\s*\.\s*(?:mock|doMock|unstable_mockModule)\s*\(\s*['"]@prisma\/client['"]/g

/** What a person should know of a module with sites, beside the sites themselves. */
export function moduleNotes({ path, text, analysis }: ScannedModule): Note[] {
  const notes: Note[] = []
  for (const { index } of text.matchAll(MOCKED)) {
    notes.push(
      noteAt(
        'MOCKED_MODULE',
        index,
        'This test replaces `@prisma/client`. Code that imports the shared client keeps the client that the first test made: replace the shared module instead.',
      ),
    )
  }
  if (!text.includes('$use')) return notes
  walk(analysis.module.program, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return
    const { object, property } = node.callee
    if (property.type !== 'Identifier' || property.name !== '$use') return
    if (analysis.evaluator.valueOf(object)?.kind !== 'client') return
    notes.push(
      noteAt(
        'USE_MIDDLEWARE',
        node.range[0],
        'Prisma removed `$use` in version 6.14. `oneprisma migrate --middleware` turns it into `$extends` where that means the same.',
      ),
    )
  })
  return notes

  function noteAt(code: Note['code'], offset: number, message: string): Note {
    return { code, path, line: lineOf(text, offset), column: columnOf(text, offset), message }
  }
}
