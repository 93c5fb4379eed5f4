import type { Reason } from './reasons.ts'

/** What is wrong with the files that `oneprisma check` compares the sites with. */
export type CheckCode =
  | 'INVENTORY_STALE'
  | 'INVENTORY_MARKERS_BROKEN'
  | 'BASELINE_STALE'
  | 'BASELINE_WOULD_GROW'
  | 'BASELINE_INVALID'

export const CHECK_REASONS: Readonly<Record<CheckCode, Reason>> = {
  INVENTORY_STALE: {
    title: 'An inventory that is out of date',
    sentence: 'The inventory page does not list the sites as they are.',
    remedy: 'Run `oneprisma inventory --write` and commit the page.',
  },
  INVENTORY_MARKERS_BROKEN: {
    title: 'An inventory without its markers',
    sentence: 'The markers around the generated part of the inventory page are not a pair.',
    remedy:
      'Put back the marker that is missing, or delete both: the inventory then goes to the end of the page.',
  },
  BASELINE_STALE: {
    title: 'A baseline with sites that are gone',
    sentence: 'The baseline still allows sites that are gone, so that they could come back.',
    remedy: 'Run `oneprisma check --write-baseline` and commit the file.',
  },
  BASELINE_WOULD_GROW: {
    title: 'A baseline that would grow',
    sentence: 'A baseline only shrinks, and there are sites that it does not have.',
    remedy:
      'Use the shared client at the new sites. Where a file has only moved, change its path in the baseline by hand.',
  },
  BASELINE_INVALID: {
    title: 'A baseline that cannot be read',
    sentence: 'The baseline is not in the form that `oneprisma` writes.',
    remedy:
      'Take the file from version control, or delete it and run `oneprisma check --write-baseline`.',
  },
}
