/**
 * How long to wait before an attempt, in milliseconds: a random time up to a bound that doubles,
 * from attempt 1 on ("full jitter"), so that clients which failed together do not come back
 * together.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @internal
 */
export function backoffMs(attempt: number, baseMs: number, maxMs: number): number {
  return Math.random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1))
}
