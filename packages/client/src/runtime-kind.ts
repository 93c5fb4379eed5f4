/**
 * Where this code runs, as far as it decides how a client should behave:
 * `server` a process that lives long · `next-build` while Next.js builds · `test` under Vitest or
 * Jest · `serverless` a function that the platform may freeze (Vercel, AWS Lambda, Netlify, Google
 * Cloud Functions) · `worker-thread` a thread with a `globalThis` of its own · `edge`, `workerd` and
 * `browser` places where a shared client cannot work.
 */
export type RuntimeKind =
  | 'server'
  | 'next-build'
  | 'test'
  | 'serverless'
  | 'worker-thread'
  | 'edge'
  | 'workerd'
  | 'browser'

interface Surroundings {
  readonly process?: {
    readonly env: Readonly<Record<string, string | undefined>>
    readonly versions?: { readonly node?: string }
    getBuiltinModule?(id: 'node:worker_threads'): { readonly isMainThread: boolean }
  }
  readonly navigator?: { readonly userAgent?: string }
  readonly EdgeRuntime?: unknown
}

// AWS_LAMBDA_FUNCTION_NAME is set by Vercel and Netlify too, so one test serves all three.
const SERVERLESS_VARIABLES = [
  'AWS_LAMBDA_FUNCTION_NAME',
  'VERCEL_REGION',
  'NETLIFY',
  'FUNCTION_TARGET',
] as const

/**
 * Finds out where this code runs. Nothing is remembered: it is asked when a client is created.
 *
 * @internal
 */
export function runtimeKind(surroundings: Surroundings = globalThis): RuntimeKind {
  const withoutNode = runtimeWithoutNode(surroundings)
  if (withoutNode !== undefined) return withoutNode
  const { process } = surroundings
  const env = process?.env ?? {}
  if (env['NEXT_PHASE'] === 'phase-production-build') return 'next-build'
  if (SERVERLESS_VARIABLES.some((name) => env[name])) return 'serverless'
  if (env['VITEST'] || env['JEST_WORKER_ID']) return 'test'
  const threads = process?.getBuiltinModule?.('node:worker_threads')
  return threads?.isMainThread === false ? 'worker-thread' : 'server'
}

/**
 * Tells which of the places without Node.js this is, if it is one.
 *
 * @internal
 */
export function runtimeWithoutNode(
  surroundings: Surroundings = globalThis,
): 'edge' | 'workerd' | 'browser' | undefined {
  const { process } = surroundings
  if (surroundings.navigator?.userAgent === 'Cloudflare-Workers') return 'workerd'
  if ('EdgeRuntime' in surroundings || process?.env['NEXT_RUNTIME'] === 'edge') return 'edge'
  return process?.versions?.node === undefined ? 'browser' : undefined
}
