import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { numberOf, readSettings, type Settings } from './read-settings.ts'

const NAMES = [
  'log_statement',
  'log_min_duration_statement',
  'log_min_duration_sample',
  'log_statement_sample_rate',
  'log_transaction_sample_rate',
  'log_parameter_max_length',
  'log_parameter_max_length_on_error',
  'auto_explain.log_min_duration',
  'auto_explain.log_parameter_max_length',
] as const

// Where the server does not have a setting that limits parameters, it limits nothing.
const WITHOUT_LIMIT = -1

/** Finds settings with which the log of the server gets what users have written. */
export async function checkLogging({ app }: LiveContext): Promise<DoctorFinding[]> {
  const settings = await readSettings(app, NAMES)
  const causes = causesOf(settings)
  if (causes.length === 0) return []
  const wrong = causes.map(({ limit }) => limit)
  return [
    found('SERVER_LOGS_PARAMETERS', {
      message: `The log of the server gets the parameters of statements, personal data and tokens among them: ${causes.map(({ shown }) => shown).join('; ')}.`,
      evidence: Object.fromEntries(
        [...settings].filter(([name]) => causes.some(({ shown }) => shown.includes(`${name} =`))),
      ),
      change: `${[...new Set(wrong)].map((name) => `\`ALTER SYSTEM SET ${name} = 0\``).join(', ')}, then \`SELECT pg_reload_conf()\`; at a provider, the same in its parameters. What the log holds already stays there: see to its retention.`,
    }),
  ]
}

interface Cause {
  readonly shown: string
  /** The setting that ends it. */
  readonly limit: string
}

function causesOf(settings: Settings): readonly Cause[] {
  const number = (name: (typeof NAMES)[number], fallback: number): number =>
    numberOf(settings, name, fallback)
  const causes: Cause[] = []
  const limit = number('log_parameter_max_length', WITHOUT_LIMIT)
  if (limit !== 0) {
    const reasons = [
      ...(/^(?:mod|all)$/.test(settings.get('log_statement') ?? '') ? ['log_statement'] : []),
      ...(number('log_min_duration_statement', -1) >= 0 ? ['log_min_duration_statement'] : []),
      ...(number('log_min_duration_sample', -1) >= 0 && number('log_statement_sample_rate', 1) > 0
        ? ['log_min_duration_sample']
        : []),
      ...(number('log_transaction_sample_rate', 0) > 0 ? ['log_transaction_sample_rate'] : []),
    ]
    causes.push(
      ...reasons.map((name) => ({
        shown: `\`${name} = ${settings.get(name)}\` with \`log_parameter_max_length = ${limit}\``,
        limit: 'log_parameter_max_length',
      })),
    )
  }
  const onError = number('log_parameter_max_length_on_error', 0)
  if (onError !== 0) {
    const name = 'log_parameter_max_length_on_error'
    causes.push({ shown: `\`${name} = ${onError}\``, limit: name })
  }
  const explained = number('auto_explain.log_parameter_max_length', WITHOUT_LIMIT)
  if (number('auto_explain.log_min_duration', -1) >= 0 && explained !== 0) {
    const name = 'auto_explain.log_parameter_max_length'
    const value = settings.get('auto_explain.log_min_duration')
    causes.push({
      shown: `\`auto_explain.log_min_duration = ${value}\` with \`${name} = ${explained}\``,
      limit: name,
    })
  }
  return causes
}
