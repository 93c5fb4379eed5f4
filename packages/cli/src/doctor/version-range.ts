/** Major, minor and patch. What stands behind them in a version is left out. */
export type Version = readonly [major: number, minor: number, patch: number]

/** Versions from one on, up to another that does not belong to them. */
interface Span {
  readonly from: Version
  /** undefined where there is no end. */
  readonly below: Version | undefined
}

const ANY: Span = { from: [0, 0, 0], below: undefined }

/** The version that a text begins with, `v` and blanks aside: `7.10.1-dev.3` is 7.10.1. */
export function versionOf(text: string | undefined): Version | undefined {
  const [, major, minor, patch] = /^\s*[v=]?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text ?? '') ?? []
  return major === undefined ? undefined : [Number(major), Number(minor ?? 0), Number(patch ?? 0)]
}

export function formatVersion(version: Version): string {
  return version.join('.')
}

/** Negative where the first is older. */
export function compareVersions(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2]
}

/** Whether a range allows a version; undefined where it is a tag, a link or an address. */
export function rangeAllows(range: string, version: Version): boolean | undefined {
  return spansOf(range)?.some(
    ({ from, below }) =>
      compareVersions(version, from) >= 0 &&
      (below === undefined || compareVersions(version, below) < 0),
  )
}

/** Whether a range allows nothing from a version on; undefined where it is no range of versions. */
export function isRangeBelow(range: string, version: Version): boolean | undefined {
  return spansOf(range)?.every(
    ({ below }) => below !== undefined && compareVersions(below, version) <= 0,
  )
}

/** The only major that a range allows, where there is one. */
export function onlyMajorOf(range: string): number | undefined {
  const majors = new Set(
    spansOf(range)?.map(({ from, below }) => {
      const isOne = below !== undefined && compareVersions(below, [from[0] + 1, 0, 0]) <= 0
      return isOne ? from[0] : undefined
    }),
  )
  const [only] = majors
  return majors.size === 1 ? only : undefined
}

function spansOf(range: string): readonly Span[] | undefined {
  const plain = range.replace(/^(?:workspace:|npm:(?:@[^@/]+\/)?[^@]+@)/, '').trim()
  const spans = plain.split('||').map((part) => spanOf(part.trim()))
  return spans.every((span) => span !== undefined) ? spans : undefined
}

function spanOf(text: string): Span | undefined {
  if (/^(?:|[*xX])$/.test(text)) return ANY
  const [, first, last] = /^(\S+)\s+-\s+(\S+)$/.exec(text) ?? []
  if (first !== undefined && last !== undefined) {
    return joined([comparison('>=', first), comparison('<=', last)])
  }
  const parts = [...text.replaceAll(/([<>=^~]+)\s+/g, '$1').matchAll(/\S+/g)].map(([part]) => {
    const [, operator = '', version = ''] = /^([<>]=?|[=^~]*)(.*)$/.exec(part) ?? []
    return comparison(operator, version)
  })
  return joined(parts)
}

function joined(parts: readonly (Span | undefined)[]): Span | undefined {
  let { from, below } = ANY
  for (const part of parts) {
    if (part === undefined) return undefined
    if (compareVersions(part.from, from) > 0) from = part.from
    if (part.below !== undefined && (below === undefined || compareVersions(part.below, below) < 0))
      below = part.below
  }
  return { from, below }
}

function comparison(operator: string, written: string): Span | undefined {
  const match = /^v?(\d+)(?:\.(\d+|[*xX]))?(?:\.(\d+|[*xX]))?(?:[-+].*)?$/.exec(written)
  if (match === null) return undefined
  const [major = 0, minor, patch] = match
    .slice(1)
    .map((part: string | undefined) => (part && /^\d+$/.test(part) ? Number(part) : undefined))
  const from: Version = [major, minor ?? 0, patch ?? 0]
  // The first version that is no longer meant by what is written: of 7.1 that is 7.2.0.
  const next: Version =
    minor === undefined
      ? [major + 1, 0, 0]
      : patch === undefined
        ? [major, minor + 1, 0]
        : [major, minor, patch + 1]
  switch (operator) {
    case '>=':
      return { from, below: undefined }
    case '>':
      return { from: next, below: undefined }
    case '<':
      return { from: ANY.from, below: from }
    case '<=':
      return { from: ANY.from, below: next }
    case '^':
      return { from, below: caretEnd(from, minor, patch) }
    case '~':
      return { from, below: minor === undefined ? next : [major, minor + 1, 0] }
    case '':
    case '=':
      return { from, below: next }
    default:
      return undefined
  }
}

function caretEnd([major, minor, patch]: Version, hasMinor?: number, hasPatch?: number): Version {
  if (major > 0 || hasMinor === undefined) return [major + 1, 0, 0]
  if (minor > 0 || hasPatch === undefined) return [0, minor + 1, 0]
  return [0, 0, patch + 1]
}
