import { confirm, intro, isCancel, log, outro, spinner } from '@clack/prompts'
import { CliError } from '../errors.ts'
import type { World } from '../world.ts'

/** How a command talks to who runs it. */
export interface Guide {
  start(title: string): void
  say(text: string): void
  /** Asks yes or no. @throws CliError `CANCELLED` where the question is left by Ctrl-C. */
  ask(question: string): Promise<boolean>
  during<Result>(what: string, work: () => Promise<Result>): Promise<Result>
  end(text: string): void
}

/** Prompts and progress on a terminal; elsewhere plain lines on stderr, and every answer is no. */
export function guideOf(world: World): Guide {
  return world.canAsk ? onTerminal() : inLines(world)
}

function onTerminal(): Guide {
  return {
    start: (title) => intro(title),
    say: (text) => log.message(text),
    ask: async (message) => {
      const answer = await confirm({ message })
      if (isCancel(answer)) {
        throw new CliError('CANCELLED', 'Stopped. What was said to be written before is written.')
      }
      return answer
    },
    during: async (what, work) => {
      const progress = spinner()
      progress.start(what)
      try {
        const result = await work()
        progress.stop(`${what}: done.`)
        return result
      } catch (error) {
        progress.error(`${what}: failed.`)
        throw error
      }
    },
    end: (text) => outro(text),
  }
}

function inLines({ err }: World): Guide {
  const line = (text: string): void => err(`${text}\n`)
  return {
    start: line,
    say: line,
    ask: async () => false,
    during: async (what, work) => {
      line(`${what} ...`)
      return work()
    },
    end: line,
  }
}
