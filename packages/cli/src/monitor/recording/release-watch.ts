import { parseApplicationName } from '../application-name.ts'
import { isFailure, type Failure } from '../gap.ts'
import type { ServerSample } from '../server/server-sample.ts'
import type { RecordedMark } from './recording.ts'

// Names come from elsewhere: what has more releases than this is not named by release.
const MOST_RELEASES = 20

/** Notes when a release that was not there connects for the first time: a rollout has begun. */
export class ReleaseWatch {
  readonly #isMeant: (applicationName: string) => boolean
  #known: Set<string> | undefined

  constructor(isMeant: (applicationName: string) => boolean) {
    this.#isMeant = isMeant
  }

  take(at: number, answer: ServerSample | Failure | undefined): RecordedMark[] {
    if (answer === undefined || isFailure(answer)) return []
    const groups = answer.sessions
      .filter(({ name }) => this.#isMeant(name))
      .map(({ name }) => parseApplicationName(name))
      .filter(({ release }) => release !== undefined)
      .map(({ group }) => group)
    const known = this.#known
    if (known === undefined) {
      this.#known = new Set(groups)
      return []
    }
    const added = [...new Set(groups)].filter((group) => !known.has(group))
    const told = added.slice(0, Math.max(0, MOST_RELEASES - known.size))
    for (const group of told) known.add(group)
    return told.map((group) => ({ type: 'mark', at, text: `${group} connects`, isFound: true }))
  }
}
