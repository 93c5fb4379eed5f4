import { diffLines } from 'diff'

type Decision = 'rewrite' | 'keep' | 'review'

/** What a person says of the sites of a repository. */
export interface Labels {
  readonly repo: string
  readonly sites: readonly Label[]
  readonly nonSites: readonly { readonly path: string }[]
}

interface Label {
  readonly path: string
  readonly line: number
  readonly column?: number
  /** `comment` and `doc` are text that is not to be found. */
  readonly kind: string
  readonly expectedAction: Decision
  readonly acceptable?: readonly Decision[]
}

export interface Site {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly kind: string
  readonly decision: Decision
}

/** What `oneprisma migrate --json` prints, as far as it is needed here. */
export interface Migration {
  readonly sites: readonly Site[]
  readonly edits: readonly {
    readonly path: string
    readonly created: boolean
    readonly edits: readonly {
      readonly start: number
      readonly end: number
      readonly text: string
    }[]
  }[]
}

export interface Judgement {
  readonly labelled: number
  readonly missed: number
  readonly wrong: number
  readonly madeUp: number
}

/** Compares sites with labels. A re-export is a site of its own kind, which no label counts. */
export function judge({ sites: labels, nonSites }: Labels, sites: readonly Site[]): Judgement {
  const made = sites.filter(({ kind }) => kind !== 're-export')
  const isText = ({ kind }: Label): boolean => kind === 'comment' || kind === 'doc'
  const code = labels.filter((label) => !isText(label))
  const found = code.map((label) => ({ label, site: made.find((site) => isAt(site, label)) }))
  return {
    labelled: code.length,
    missed: found.filter(({ site }) => site === undefined).length,
    wrong: found.filter(({ label, site }) => site !== undefined && !isRight(site, label)).length,
    madeUp: made.filter(
      (site) =>
        nonSites.some(({ path }) => path === site.path) ||
        labels.some(
          (label) => isText(label) && label.path === site.path && label.line === site.line,
        ),
    ).length,
  }
}

/**
 * Lines of the old text that are changed or gone, and lines that are only added: a line that is
 * replaced counts once.
 */
export function changedLines(before: string, after: string): number {
  let removed = 0
  let count = 0
  for (const part of diffLines(before, after)) {
    if (part.removed) {
      removed = part.count
      count += part.count
    } else {
      if (part.added) count += Math.max(part.count - removed, 0)
      removed = 0
    }
  }
  return count
}

function isAt(site: Site, { path, line, column = site.column }: Label): boolean {
  return site.path === path && site.line === line && site.column === column
}

function isRight(
  { decision }: Site,
  { expectedAction, acceptable = [expectedAction] }: Label,
): boolean {
  return acceptable.includes(decision)
}
