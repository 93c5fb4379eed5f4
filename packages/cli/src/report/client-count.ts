import type { Lifetime, SiteContext } from '@oneprisma/sites'
import type { SiteRecord } from './finding.ts'

/** How many clients the sites of a repository can make. */
export interface ClientCount {
  /** Clients that live as long as the process, in one that loads all modules. */
  readonly perProcess: number
  /** Sites that make one per call. */
  readonly perCall: number
  /** Sites that make one per object. */
  readonly perObject: number
  /** Sites of scripts, which run in a process of their own. */
  readonly perRun: number
}

/** Counts clients outside of tests and templates. All sites of a shared module make one together. */
export function countClients(sites: readonly SiteRecord[]): ClientCount {
  const running = sites.filter(({ context }) => !ELSEWHERE.has(context))
  const shared = running.filter(isShared)
  const own = running.filter((site) => !isShared(site))
  const lasting = (lifetime: Lifetime): number =>
    own.filter((site) => site.lifetime === lifetime).length
  return {
    perProcess: new Set(shared.map(({ path }) => path)).size + lasting('process'),
    perCall: lasting('call'),
    perObject: lasting('object'),
    perRun: lasting('run'),
  }
}

const ELSEWHERE: ReadonlySet<SiteContext> = new Set(['test', 'template'])

// A shared module may make its client in a function, which it calls once.
function isShared({ reason }: SiteRecord): boolean {
  return reason === 'SHARED_MODULE' || reason === 'ALREADY_SHARED'
}
