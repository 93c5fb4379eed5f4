import { setTimeout as delay } from 'node:timers/promises'

const EVERY_MS = 50

/** Asks until the count is 0; resolves to whether it was in time. */
export async function isGoneWithin(ms: number, count: () => Promise<number>): Promise<boolean> {
  const until = performance.now() + ms
  for (;;) {
    if ((await count()) === 0) return true
    if (performance.now() > until) return false
    await delay(EVERY_MS)
  }
}
