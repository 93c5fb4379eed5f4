import { exactly, limitedIf, type Bar } from '../bar.ts'
import type { Call, Outcome, SubjectSettings } from './protocol.ts'
import type { FaultLab, Rig } from './rig.ts'

/** What a row found of one client: figures, and what ours promises for those that have a promise. */
export type Found = ReadonlyArray<{
  readonly what: string
  readonly value: number
  readonly promised?: number
}>

/** A fault that meets a few calls, one variant after the other. */
export interface CallRow {
  readonly name: string
  readonly settings?: Partial<SubjectSettings>
  readonly run: (lab: FaultLab, rig: Rig) => Promise<Found>
}

/** Runs both variants through a row, side by side. */
export async function runCallRow(lab: FaultLab, row: CallRow): Promise<Bar[]> {
  return lab.withRigs(row.settings ?? {}, async (rigs) => {
    const found = await Promise.all(rigs.map((rig) => row.run(lab, rig)))
    return rigs.flatMap((rig, index) => [
      ...(found[index] ?? []).map(({ what, value, promised }) =>
        limitedIf(
          rig.variant === 'oneprisma' && promised !== undefined,
          exactly(`${row.name}: ${what}`, rig.variant, value, '', promised ?? 0),
        ),
      ),
    ])
  })
}

/** 1 if the call came to this: `ok`, `hung`, or the kind of an error. */
export function is(outcome: Outcome | undefined, what: string): number {
  return Number(outcomeName(outcome) === what)
}

function outcomeName(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'process died'
  if (outcome.isHung) return 'hung'
  return outcome.error === undefined ? 'ok' : outcome.error.kind
}

/** Makes a call without waiting for it; resolves to its outcome. */
export function begin(rig: Rig, call: Call): Promise<Outcome | undefined> {
  return rig.subject.call(call)
}
