import type { Random } from './random.ts'

/** The languages that a file can be in. */
export type Language = 'ts' | 'tsx' | 'jsx' | 'cjs'

const NOUNS = [
  'order',
  'user',
  'invoice',
  'image',
  'comment',
  'session',
  'report',
  'device',
  'article',
  'membership',
  'collection',
  'notification',
] as const
const VERBS = ['load', 'list', 'format', 'merge', 'count', 'validate', 'sort', 'queue'] as const
const HINTS = [
  'Keep in step with the page that shows it.',
  'The old values stay readable for a day.',
  'Callers rely on the order of the result.',
  '例: 見積もり → 注文 📦',
] as const

/** Code of about a size, of the kinds that apps are made of; it has nothing to do with Prisma. */
export function fillerOf(language: Language, sizeBytes: number, random: Random): string {
  const parts: string[] = []
  let size = 0
  while (size < sizeBytes) {
    const part = random.of(KINDS[language])(names(random, parts.length))
    parts.push(part)
    size += part.length + 1
  }
  return parts.join('\n')
}

interface Names {
  readonly verb: string
  readonly noun: string
  readonly Noun: string
  /** Makes the names of a part unlike those of others. */
  readonly id: number
  readonly hint: string
  readonly count: number
}

type Part = (names: Names) => string

function names(random: Random, id: number): Names {
  const noun = random.of(NOUNS)
  const Noun = noun.charAt(0).toUpperCase() + noun.slice(1)
  return { verb: random.of(VERBS), noun, Noun, id, hint: random.of(HINTS), count: random.below(50) }
}

const typedFunction: Part = ({ verb, noun, Noun, id, hint, count }) => `
/**
 * ${Noun}s as they are shown. ${hint}
 */
async function ${verb}${Noun}s${id}(input: ${Noun}Filter${id}, limit = ${count}): Promise<readonly ${Noun}Row${id}[]> {
  const seen = new Map<string, ${Noun}Row${id}>()
  for (const ${noun} of input.rows ?? []) {
    if (!${noun}.isActive && input.status !== 'all') continue
    const key = \`\${${noun}.id}:\${${noun}.createdAt.toISOString()}\`
    seen.set(key, { ...${noun}, label: ${noun}.label?.trim() || 'untitled' })
  }
  return [...seen.values()].sort((one, other) => other.rank - one.rank).slice(0, limit)
}
interface ${Noun}Filter${id} {
  readonly status: 'all' | 'active'
  readonly rows?: readonly ${Noun}Row${id}[]
}
interface ${Noun}Row${id} {
  readonly id: number
  readonly label: string
  readonly rank: number
  readonly isActive: boolean
  readonly createdAt: Date
}`

const typedClass: Part = ({ verb, noun, Noun, id, count }) => `
class ${Noun}Queue${id}<Item extends { readonly id: number }> {
  readonly #waiting: Item[] = []
  private isRunning = false

  // Runs one ${noun} after another; a failure does not stop the others.
  async ${verb}(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<number> {
    this.#waiting.push(...items)
    if (this.isRunning) return this.#waiting.length
    this.isRunning = true
    try {
      for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
        await Promise.race([work(item), new Promise((resolve) => setTimeout(resolve, ${count * 100}))])
      }
    } finally {
      this.isRunning = false
    }
    return this.#waiting.length
  }
}`

const table: Part = ({ noun, id, count }) => `
const ${noun}Settings${id} = {
  title: '${noun}',
  columns: ['id', 'label', 'createdAt'].map((name, at) => ({ name, width: at * ${count} + 80 })),
  pattern: /^[a-z]{2,${count + 3}}(?:-\\d+)?$/u,
  limits: { free: ${count}, pro: ${count * 10}, team: Number.POSITIVE_INFINITY },
  query: \`SELECT * FROM "${noun}" WHERE id > ${count} ORDER BY id\`,
}`

const component: Part = ({ verb, noun, Noun, id, count }) => `
function ${Noun}List${id}({ ${noun}s, onSelect, isLoading = false }) {
  const visible = ${noun}s.filter((${noun}) => ${noun}.rank > ${count})
  if (isLoading) return <p className="text-sm opacity-60">Loading {visible.length} …</p>
  return (
    <section className="grid gap-${(count % 6) + 1}" aria-label="${noun}s">
      {visible.map((${noun}) => (
        <button key={${noun}.id} type="button" onClick={() => onSelect(${noun}.id)}>
          <strong>{${noun}.label ?? 'untitled'}</strong>
          {${noun}.isNew ? <span title="${verb}">🆕</span> : null}
        </button>
      ))}
    </section>
  )
}`

const untypedFunction: Part = ({ verb, noun, Noun, id, hint, count }) => `
// ${hint}
async function ${verb}${Noun}s${id}(${noun}s, { limit = ${count}, signal } = {}) {
  const groups = {}
  for (const ${noun} of ${noun}s) {
    if (signal && signal.aborted) throw new Error('Stopped at ' + ${noun}.id)
    const list = groups[${noun}.status] || (groups[${noun}.status] = [])
    if (list.length < limit) list.push({ ...${noun}, at: new Date(${noun}.createdAt) })
  }
  return Object.entries(groups).map(([status, rows]) => ({ status, rows, total: rows.length }))
}`

const KINDS: Readonly<Record<Language, readonly [Part, ...Part[]]>> = {
  ts: [typedFunction, typedClass, table],
  tsx: [typedFunction, (each) => component(each).replace(' = false }', ' = false }: any'), table],
  jsx: [component, untypedFunction, table],
  cjs: [untypedFunction, table],
}
