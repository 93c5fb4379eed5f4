import { styleText } from 'node:util'
import type { Findings } from '../report/finding.ts'
import { formatFindings } from '../report/format-findings.ts'
import { plain, type Paint } from '../report/paint.ts'
import type { World } from '../world.ts'

/** Prints findings for a person. */
export function printFindings(world: World, findings: Findings): void {
  world.out(formatFindings(findings, { paint: paintOf(world), width: world.columns }))
}

/** How a command colours what it prints. */
export function paintOf(world: World): Paint {
  return world.hasColours
    ? (colour, text) => styleText(colour, text, { validateStream: false })
    : plain
}
