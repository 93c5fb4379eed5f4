import { commandLines, type CommandLine } from '../command-line.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { isOfPrisma } from '../prisma-dependency.ts'
import type { Subject } from '../subject.ts'

const INSTALL =
  /\b(?:npm\s+(?:i|install|add)|pnpm\s+(?:add|i|install)|yarn\s+(?:global\s+)?add|bun\s+(?:add|i|install))\s+([^&|;\n]*)/g
const RUN =
  /\b(npx|bunx|pnpm\s+dlx|yarn\s+dlx)\s+(?:-{1,2}[\w-]+\s+)*((?:@prisma\/client|prisma)(?:@[\w.^~-]+)?)(?=\s|$|["'])/g

/** Commands that install or run whatever Prisma is the newest on that day. */
export function checkInstallCommands(subject: Subject): readonly DoctorFinding[] {
  const major = Math.max(...subject.prisma.map((each) => each.major ?? 0), 0)
  // With no Prisma in the repository there is nothing that a new one would not fit.
  if (subject.prisma.length === 0 || major >= 8) return []
  return commandLines(subject).flatMap((line) =>
    [...new Set([...installed(line), ...run(line, subject)])].map((name) =>
      found(
        'INSTALL_UNPINNED',
        { path: line.path, line: line.line },
        {
          message: `${line.script === undefined ? 'A command' : `The script \`${line.script}\``} takes the newest \`${name}\` of the day it runs: from its release on that is Prisma 8, which has another client.`,
          evidence: { package: name, ...(line.script !== undefined && { script: line.script }) },
          change: `Name the major that the code is written for: \`${name}@${major === 0 ? 7 : major}\`.`,
        },
      ),
    ),
  )
}

function installed({ text }: CommandLine): readonly string[] {
  return [...text.matchAll(INSTALL)].flatMap(([, args = '']) =>
    args.split(/[\s"'\\]+/).flatMap((word) => {
      const [, name = '', version] = /^((?:@[\w.-]+\/)?[\w.-]+)(?:@(.+))?$/.exec(word) ?? []
      return isOfPrisma(name) && isOpen(version) ? [name] : []
    }),
  )
}

/** `npx prisma` runs what the package depends on; where nothing does, it downloads the newest. */
function run({ text }: CommandLine, { packages }: Subject): readonly string[] {
  const isOwn = packages.some(({ own }) =>
    own.some(({ name }) => name === 'prisma' || name === '@prisma/cli'),
  )
  return [...text.matchAll(RUN)].flatMap(([, runner = '', word = '']) => {
    const [, name = '', version] = /^((?:@prisma\/)?\w+)(?:@(.+))?$/.exec(word) ?? []
    const isDownload = /dlx/.test(runner) || version !== undefined
    if (!isDownload && (isOwn || name !== 'prisma')) return []
    return isOpen(version) ? [name] : []
  })
}

function isOpen(version: string | undefined): boolean {
  return version === undefined || /^(?:latest|next|rc|\*)$/.test(version)
}
