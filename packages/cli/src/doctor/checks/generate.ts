import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commandLines } from '../command-line.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import type { Subject } from '../subject.ts'

/** A client that nothing generates on Vercel, which keeps node_modules from one build to the next. */
export function checkGenerate(subject: Subject): readonly DoctorFinding[] {
  const { packages, project, files, root } = subject
  const [generator] = project.generators
  if (generator === undefined || !isOnVercel(subject)) return []
  const { output } = generator
  const isCommitted =
    output !== undefined && files.code.some((path) => path.startsWith(`${output}/`))
  if (isCommitted) return []
  const isGenerated = commandLines(subject).some(
    ({ script, text }) => script !== undefined && GENERATE.test(text),
  )
  const configs = packages.map(({ folder }) => join(folder, 'vercel.json'))
  const isInBuild = configs.some((path) => GENERATE.test(subject.read(path) ?? ''))
  const isElsewhere = ['turbo.json', 'nx.json'].some((name) => existsSync(join(root, name)))
  if (isGenerated || isInBuild || isElsewhere) return []
  const { folder } = project.packageOf(generator.schemaPath)
  const file = packages.find((each) => each.folder === folder) ?? packages[0]
  if (file === undefined) return []
  return [
    found(
      'GENERATE_MISSING',
      { path: file.path, line: file.lineOf('"scripts"') },
      {
        message:
          'This is deployed on Vercel, and no script runs `prisma generate`: node_modules is kept from one build to the next there, with the client of an older schema, or without one.',
        evidence: { platform: 'Vercel', schema: generator.schemaPath },
        change: 'Add `"postinstall": "prisma generate"` to the scripts.',
      },
    ),
  ]
}

const GENERATE =
  /\bprisma\b[^&|;\n]*\bgenerate\b|\bgenerate\b[^&|;\n]*\bprisma\b|\bzenstack\s+generate\b/

function isOnVercel({ root, packages }: Subject): boolean {
  return packages.some(
    ({ folder, own }) =>
      existsSync(join(root, folder, 'vercel.json')) ||
      own.some(({ name }) => name === '@vercel/functions'),
  )
}
