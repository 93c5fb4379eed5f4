import { shownName } from '../doctor/live/shown.ts'
import { globToExpression, isMeantBy, parseApplicationName } from './application-name.ts'

/** How what is seen is told apart by version. */
export interface ArmRule {
  /**
   * `release` or `application_name` of connections, or a label of metrics; undefined where all that
   * is recorded belongs together.
   */
  readonly by: string | undefined
  /** The arms that count, all that are found where it is empty. */
  readonly arms: readonly NamedArm[]
}

/** An arm, and the value that it is known by; `*` in it is any text. */
export interface NamedArm {
  readonly name: string
  readonly pattern: string
}

/** The arm of what nobody tells apart. */
export const ONLY_ARM = ''

/** The arm of all that is recorded, where nothing is told apart. */
export function onlyArmOf({ arms }: ArmRule): string {
  return arms[0]?.name ?? ONLY_ARM
}

/** Whether connections can be told apart, or metrics only. */
export function isByConnection({ by }: ArmRule): boolean {
  return by === undefined || by === 'release' || by === 'application_name'
}

/** The arm of a connection; undefined where it is in none. */
export function armOfConnection(rule: ArmRule, applicationName: string): string | undefined {
  const { by, arms } = rule
  if (by === undefined) return onlyArmOf(rule)
  if (by === 'release') return armOfValue(arms, parseApplicationName(applicationName).release)
  if (by !== 'application_name') return undefined
  if (arms.length === 0) return parseApplicationName(applicationName).group
  return arms.find(({ pattern }) => isMeantBy(pattern, applicationName))?.name
}

/** The arm of a series of metrics, where its endpoint does not say it. */
export function armOfSeries(
  rule: ArmRule,
  labels: ReadonlyMap<string, string>,
): string | undefined {
  const { by, arms } = rule
  return by === undefined ? onlyArmOf(rule) : armOfValue(arms, labels.get(by))
}

function armOfValue(arms: readonly NamedArm[], value: string | undefined): string | undefined {
  if (!value) return undefined
  if (arms.length === 0) return shownName(value)
  return arms.find(({ pattern }) => globToExpression(pattern).test(value))?.name
}
