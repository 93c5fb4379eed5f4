import { hasEnd, keyName, stringValue, unwrap, walk, type Node } from '@oneprisma/sites'
import { parseModule } from '../../scan/parse-module.ts'
import { commandLines } from '../command-line.ts'
import type { DoctorFinding } from '../finding.ts'
import { found, type FoundPlace } from '../found.ts'
import type { Subject } from '../subject.ts'

/** What a PostgreSQL that nobody has configured gives to roles that are no superuser: 100 less 3. */
const DEFAULT_CONNECTIONS = 97
const DEFAULT_MAX = 10

/** Processes whose pools together ask for more than a server gives by default. */
export function checkProcesses(subject: Subject): readonly DoctorFinding[] {
  const max = largestPool(subject)
  if (max === undefined) return []
  return counts(subject)
    .filter(({ processes }) => processes * max > DEFAULT_CONNECTIONS)
    .map(({ processes, place }) =>
      found('POOLS_EXCEED_DEFAULT', place, {
        message: `${processes} processes with a pool of ${max} open up to ${processes * max} connections, and more while they are reloaded; a PostgreSQL as it is installed gives ${DEFAULT_CONNECTIONS}.`,
        evidence: { processes, max, total: processes * max, default: DEFAULT_CONNECTIONS },
        change: `Write \`max: ${Math.max(1, Math.floor((DEFAULT_CONNECTIONS * 0.9) / processes / 2))}\`, which leaves room for a reload; \`oneprisma budget\` works it out, and \`oneprisma doctor --live\` asks the server for its limit.`,
      }),
    )
}

/** The size of the largest pool of code that lives on; 10 where it is not set. */
function largestPool({ pools }: Subject): number | undefined {
  const sizes = pools
    .filter(({ module }) => !hasEnd(module.context))
    .flatMap(({ max, settings }) => {
      if (max !== undefined) return [max]
      const isUnset = settings.kind === 'known' && !settings.entries.has('max')
      return isUnset ? [DEFAULT_MAX] : []
    })
  return sizes.length === 0 ? undefined : Math.max(...sizes)
}

interface ProcessCount {
  readonly processes: number
  readonly place: FoundPlace
}

/** How many processes PM2 starts, as its configuration and `pm2 start -i` say it. */
function counts(subject: Subject): readonly ProcessCount[] {
  const inScripts = commandLines(subject).flatMap(({ path, line, text }) => {
    const processes = Number(/\bpm2(?:-runtime)?\s[^&|;]*\s-i\s+(\d+)\b/.exec(text)?.[1] ?? 0)
    return processes > 1 ? [{ processes, place: { path, line } }] : []
  })
  const inConfigs = subject.files.code
    .filter((path) => /(?:^|\/)ecosystem\.config\.c?js$/.test(path))
    .flatMap((path) => {
      const text = subject.read(path) ?? ''
      const parsed = parseModule(path, text)
      return parsed.ok ? instancesIn(parsed.module.program, path, text) : []
    })
  return [...inScripts, ...inConfigs]
}

function instancesIn(program: Node, path: string, text: string): readonly ProcessCount[] {
  const instances: ProcessCount[] = []
  walk(program, (node) => {
    if (node.type !== 'Property' || keyName(node.key, node.computed) !== 'instances') return
    const value = unwrap(node.value)
    const written = value.type === 'Literal' ? value.value : undefined
    const processes = Number(written ?? stringValue(value))
    if (!(Number.isInteger(processes) && processes > 1)) return
    const line = text.slice(0, node.range[0]).split('\n').length
    instances.push({ processes, place: { path, line } })
  })
  return instances
}
