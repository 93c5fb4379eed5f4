import { describe, expect, it } from 'vitest'
import { runtimeKind } from '../src/runtime-kind.ts'

const node = { env: {}, versions: { node: '20.19.0' } }
const withEnv = (env: Record<string, string>) => ({ process: { ...node, env } })

describe('runtimeKind', () => {
  it.each([
    ['server', { process: node }],
    ['next-build', withEnv({ NEXT_PHASE: 'phase-production-build' })],
    ['test', withEnv({ VITEST: 'true' })],
    ['test', withEnv({ JEST_WORKER_ID: '1' })],
    ['serverless', withEnv({ AWS_LAMBDA_FUNCTION_NAME: 'f' })],
    ['serverless', withEnv({ VERCEL_REGION: 'fra1' })],
    ['edge', withEnv({ NEXT_RUNTIME: 'edge' })],
    ['edge', { EdgeRuntime: 'edge-runtime' }],
    ['workerd', { navigator: { userAgent: 'Cloudflare-Workers' }, process: node }],
    ['browser', { navigator: { userAgent: 'Mozilla/5.0' } }],
    ['browser', { process: { env: {} } }],
    ['worker-thread', { process: { ...node, getBuiltinModule: () => ({ isMainThread: false }) } }],
  ])('recognises %s', (kind, surroundings) => {
    expect(runtimeKind(surroundings)).toBe(kind)
  })
})
