import type { Endpoint } from '../app/scrape.ts'
import type { ArmRule } from '../arms.ts'
import { CliError } from '../../errors.ts'

/**
 * How arms are told apart, by `--by` and `--arm name[=value]`.
 *
 * @throws CliError `USAGE`
 */
export function ruleOf(
  by: string | undefined,
  given: readonly string[],
  endpoints: readonly Endpoint[],
): ArmRule {
  const arms = given.map((text) => {
    const [, name = '', pattern = name] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? []
    if (name !== '' && pattern !== '') return { name, pattern }
    throw new CliError('USAGE', `--arm takes a name, or name=value; "${text}" is neither.`)
  })
  const named = new Set(endpoints.map(({ arm }) => arm).filter((arm) => arm !== undefined))
  if (by === undefined && (arms.length > 1 || named.size > 0)) {
    throw new CliError(
      'USAGE',
      `Several arms have to be told apart: add --by release, --by application_name, or --by and a label of the metrics.`,
    )
  }
  const unknown = [...named].find(
    (arm) => arms.length > 0 && !arms.some(({ name }) => name === arm),
  )
  if (unknown === undefined) return { by, arms }
  throw new CliError('USAGE', `--metrics names an arm "${unknown}", and no --arm does.`)
}
