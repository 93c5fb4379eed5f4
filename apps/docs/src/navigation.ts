import { parsePage } from './parse-page.ts'
import { listPages, readPage } from './pages.ts'

/** A page by its path from `docs`, or a group of them under a heading. */
type Entry = string | Group

interface Group {
  readonly title: string
  readonly entries: readonly Entry[]
}

/** An entry of the sidebar. */
export interface NavigationItem {
  readonly text: string
  /** The path of a page from `docs`. */
  readonly page?: string
  readonly items?: readonly NavigationItem[]
}

// In the order in which a team meets them. A title is the first heading of its page; a page that
// is named nowhere stands under "More".
const GROUPS: readonly Group[] = [
  { title: 'Begin', entries: ['getting-started.md', 'onboarding.md'] },
  {
    title: 'Migrate',
    entries: [
      'migrate/global-this.md',
      'migrate/nestjs-prisma.md',
      'migrate/prisma-6.md',
      'connection-parameters.md',
      'use-middleware.md',
    ],
  },
  {
    title: 'Run',
    entries: [
      'scripts.md',
      'workers.md',
      'shutdown.md',
      'retries.md',
      'request-context.md',
      'testing.md',
    ],
  },
  {
    title: 'See',
    entries: [
      'telemetry.md',
      'logging.md',
      'metrics.md',
      'traces.md',
      'monitor.md',
      { title: 'Runbooks', entries: listPages('runbooks') },
    ],
  },
  {
    title: 'Connections',
    entries: ['budget.md', 'pooling.md', 'prepared-statements.md', 'fleet.md', 'tenants.md'],
  },
  {
    title: 'Deploy',
    entries: ['deploy/vercel.md', 'deploy/lambda.md', 'deploy/kubernetes.md', 'serverless.md'],
  },
  {
    title: 'Reference',
    entries: [
      'cli.md',
      'configuration.md',
      'compatibility.md',
      'errors.md',
      'error-classes.md',
      'doctor.md',
      'reasons.md',
      'monitor-statistics.md',
      { title: 'Lint rules', entries: listPages('rules') },
    ],
  },
  {
    title: 'Why',
    entries: [
      'architecture.md',
      'evidence.md',
      { title: 'Decisions', entries: ['decisions/README.md', ...listPages('decisions')] },
      { title: 'Reports to others', entries: listPages('upstream') },
      'releasing.md',
    ],
  },
]

/** The sidebar, without the reference of the API. */
export function navigation(): NavigationItem[] {
  const pages = new Set(listPages())
  pages.delete('index.md')
  const groups = GROUPS.map((group) => take(group, pages))
  const rest = [...pages].map(itemOf)
  return rest.length > 0 ? [...groups, { text: 'More', items: rest }] : groups
}

/** Takes the pages of a group out of those that are left, so that each is there once. */
function take(group: Group, left: Set<string>): NavigationItem {
  const items = group.entries.flatMap((entry) => {
    if (typeof entry !== 'string') return take(entry, left)
    return left.delete(entry) ? itemOf(entry) : []
  })
  return { text: group.title, items }
}

function itemOf(page: string): NavigationItem {
  return { text: parsePage(readPage(page)).title, page }
}
