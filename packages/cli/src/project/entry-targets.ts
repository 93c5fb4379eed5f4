import { isObject } from './json.ts'

// A browser or an edge runtime sees these instead of what the server sees.
const LAST_CONDITIONS = ['browser', 'edge-light', 'worker', 'workerd', 'react-native', 'edge']

/**
 * What a subpath leads to in an `exports` or `imports` map: every target of its conditions, in the
 * order in which they should be tried.
 *
 * @param subpath `.`, `./client` or `#db`
 */
export function entryTargets(map: unknown, subpath: string): readonly string[] {
  const entries = isObject(map) && Object.keys(map).some(isSubpath) ? map : { '.': map }
  if (Object.hasOwn(entries, subpath)) return leavesOf(entries[subpath])
  const [match] = Object.keys(entries)
    .filter((pattern) => pattern.includes('*'))
    .flatMap((pattern) => {
      const [prefix = '', suffix = ''] = pattern.split('*')
      const isMatch =
        subpath.startsWith(prefix) &&
        subpath.endsWith(suffix) &&
        subpath.length >= prefix.length + suffix.length
      const rest = subpath.slice(prefix.length, subpath.length - suffix.length)
      return isMatch ? [{ pattern, prefix, rest }] : []
    })
    .toSorted((a, b) => b.prefix.length - a.prefix.length)
  if (match === undefined) return []
  return leavesOf(entries[match.pattern]).map((target) => target.replaceAll('*', match.rest))
}

/** Every target in a value of such a map. */
export function leavesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(leavesOf)
  if (!isObject(value)) return []
  return Object.entries(value)
    .toSorted(([a], [b]) => rankOf(a) - rankOf(b))
    .flatMap(([, target]) => leavesOf(target))
}

function isSubpath(key: string): boolean {
  return key.startsWith('.') || key.startsWith('#')
}

// `source` and `development` name what is there before a build.
function rankOf(condition: string): number {
  if (condition === 'source' || condition === 'development') return -1
  return LAST_CONDITIONS.includes(condition) ? 1 : 0
}
