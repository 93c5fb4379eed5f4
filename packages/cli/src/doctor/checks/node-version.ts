import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import type { Subject } from '../subject.ts'
import { isRangeBelow } from '../version-range.ts'

// What `prisma` 7 asks for: ^20.19 || ^22.12 || >=24.
const NEEDED = '20.19, 22.12 or 24'

/** A Node.js that Prisma 7 does not run on, as .nvmrc, .node-version, `engines` or a Dockerfile names it. */
export function checkNodeVersion(subject: Subject): readonly DoctorFinding[] {
  const { packages, prisma, read } = subject
  return packages.flatMap(({ folder, path, engines, lineOf }) => {
    const isSeven = prisma.some(({ file, major }) => file.folder === folder && major === 7)
    if (!isSeven) return []
    const below = folder === '' ? '' : `${folder}/`
    const findings: DoctorFinding[] = []
    if (engines !== undefined && isRangeBelow(engines, [20, 19, 0]) === true) {
      add(path, lineOf('"node"'), '`engines`')
    }
    for (const prefix of new Set([below, ''])) {
      for (const name of ['.nvmrc', '.node-version']) {
        const [first = ''] = (read(prefix + name) ?? '').trim().split(/\s/)
        if (isTooOld(first)) add(prefix + name, 1, `\`${name}\``)
      }
      for (const [at, line] of (read(`${prefix}Dockerfile`) ?? '').split('\n').entries()) {
        const tag = /^\s*FROM\s+(?:--platform=\S+\s+)?(?:docker\.io\/)?(?:library\/)?node:(\S+)/i
        if (isTooOld(tag.exec(line)?.[1] ?? '')) add(`${prefix}Dockerfile`, at + 1, '`FROM node`')
      }
    }
    return findings

    function add(file: string, line: number, by: string): void {
      findings.push(
        found(
          'NODE_TOO_OLD',
          { path: file, line },
          {
            message: `${by} names a Node.js on which Prisma 7 does not run: it needs ${NEEDED}.`,
            evidence: { by: by.replaceAll('`', ''), needed: NEEDED },
            change: 'Name Node.js 22.12 or 24 there, as in CI and where it runs.',
          },
        ),
      )
    }
  })
}

/** Whether a version, as far as it is written, has no release that Prisma 7 takes: `18`, `v20.10`, `lts/hydrogen`. */
function isTooOld(written: string): boolean {
  if (/^lts\/(?:argon|boron|carbon|dubnium|erbium|fermium|gallium|hydrogen)$/i.test(written)) {
    return true
  }
  const [, major, minor] = /^v?(\d+)(?:\.(\d+))?/.exec(written) ?? []
  if (major === undefined) return false
  const least: Readonly<Record<string, number>> = { 20: 19, 22: 12 }
  if (Number(major) >= 24) return false
  const needed = least[major]
  if (needed === undefined) return true
  return minor !== undefined && Number(minor) < needed
}
