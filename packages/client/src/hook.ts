import { warn } from './warnings.ts'

/**
 * Calls a function that the user gave to be told of something. What it throws, or rejects with, is a
 * warning: it never breaks the query that it is told of.
 *
 * @internal
 */
export function callHook<Event>(
  name: string,
  hook: ((event: Event) => unknown) | undefined,
  event: Event,
): void {
  try {
    const result: unknown = hook?.(event)
    if (result instanceof Promise) result.catch((error: unknown) => hookFailed(name, error))
  } catch (error) {
    hookFailed(name, error)
  }
}

/**
 * Warns of such a function that has failed.
 *
 * @internal
 */
export function hookFailed(name: string, error: unknown): void {
  const kind = error instanceof Error ? error.name : typeof error
  warn('ONEPRISMA_HOOK_FAILED', `The callback \`${name}\` failed with ${kind}, and was ignored.`)
}
