/** What the rules look at of a workflow of GitHub Actions. */
export interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>
  readonly concurrency?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

interface Job {
  readonly 'timeout-minutes'?: number
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: string
  readonly needs?: string
  readonly strategy?: { readonly matrix?: Readonly<Record<string, unknown>> }
  readonly steps: readonly Step[]
}

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

/** The rules of this repository that a workflow breaks, a sentence each. */
export function brokenRulesOf({ permissions, concurrency, jobs }: Workflow): readonly string[] {
  const isClosed = permissions !== undefined && Object.keys(permissions).length === 0
  return [
    isClosed ? [] : 'The workflow gives permissions to all of its jobs.',
    concurrency === undefined ? 'The workflow has no concurrency.' : [],
    ...Object.entries(jobs).flatMap(([name, job]) => brokenByJob(name, job)),
  ].flat()
}

function brokenByJob(name: string, job: Job): string[] {
  return [
    job['timeout-minutes'] === undefined ? `${name} has no timeout-minutes.` : [],
    job.permissions === undefined ? `${name} names no permissions.` : [],
    ...job.steps.flatMap((step) => brokenByStep(name, step)),
  ].flat()
}

function brokenByStep(name: string, { uses, run, with: inputs }: Step): string[] {
  const isCheckout = uses?.startsWith('actions/checkout@') === true
  return [
    uses !== undefined && !/@[0-9a-f]{40}$/.test(uses)
      ? `${name} uses ${uses}, which is no commit.`
      : [],
    isCheckout && inputs?.['persist-credentials'] !== false
      ? `${name} leaves its credentials behind after the checkout.`
      : [],
    // Whoever writes the title of a pull request would write the command.
    run?.includes('${{') === true ? `${name} puts an expression into a shell.` : [],
  ].flat()
}
