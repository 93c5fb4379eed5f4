import { confirm, intro, isCancel, log, outro } from '@clack/prompts'
import { CliError } from '../errors.ts'
import type { World } from '../world.ts'

/** How a command talks to who runs it. */
export interface Guide {
  start(title: string): void
  say(text: string): void
  /**
   * Asks yes or no. `soFar` says what has been written up to here.
   *
   * @throws CliError `CANCELLED` where the question is left by Ctrl-C.
   */
  ask(question: string, soFar: string): Promise<boolean>
  end(text: string): void
}

/** Prompts on a terminal; elsewhere plain lines on stderr, and every answer is no. */
export function guideOf(world: World): Guide {
  return world.canAsk ? ON_TERMINAL : inLines(world)
}

const ON_TERMINAL: Guide = {
  start: (title) => intro(title),
  say: (text) => log.message(text),
  ask: async (message, soFar) => {
    const answer = await confirm({ message })
    if (isCancel(answer)) throw new CliError('CANCELLED', `Stopped. ${soFar}`)
    return answer
  },
  end: (text) => outro(text),
}

function inLines({ err }: World): Guide {
  const line = (text: string): void => err(`${text}\n`)
  return { start: line, say: line, ask: async () => false, end: line }
}
