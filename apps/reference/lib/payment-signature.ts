import { createHmac, timingSafeEqual } from 'node:crypto'

// As in Stripe's scheme: a signature older or newer than this is a replay or a wrong clock.
const TOLERANCE_SECONDS = 300

/** Signs a body as the payment provider does: `t=<seconds>,v1=<hex>`. */
export function signPayment(body: string, secret: string, atSeconds: number): string {
  return `t=${atSeconds},v1=${digest(body, secret, atSeconds).toString('hex')}`
}

/** Tells whether a header is a fresh signature of exactly this body. */
export function isSigned(
  body: string,
  header: string | undefined,
  secret: string,
  nowSeconds: number,
): boolean {
  const parts = (header ?? '').split(',').map((part) => part.trim())
  const at = Number(parts.find((part) => part.startsWith('t='))?.slice(2))
  if (!Number.isInteger(at) || Math.abs(nowSeconds - at) > TOLERANCE_SECONDS) return false

  // Several signatures are valid at once while a secret is rotated.
  const expected = digest(body, secret, at)
  return parts
    .filter((part) => part.startsWith('v1='))
    .map((part) => Buffer.from(part.slice(3), 'hex'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
}

function digest(body: string, secret: string, atSeconds: number): Buffer {
  return createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest()
}
