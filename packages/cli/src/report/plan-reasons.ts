import type { Reason } from './reasons.ts'

/** What a person has to do so that a new shared module works. */
export type PlanCode =
  | 'PRISMA_TOO_OLD'
  | 'MONGODB_NEEDS_PRISMA_6'
  | 'ADAPTER_UNKNOWN'
  | 'NEON_WEBSOCKET'
  | 'GENERATED_ESM_IN_COMMONJS'
  | 'GENERATED_TYPESCRIPT'
  | 'PLAIN_NODE_IMPORTS_TYPESCRIPT'
  | 'SUBPATHS_HIDDEN'

export const PLAN_REASONS: Readonly<Record<PlanCode, Reason>> = {
  PRISMA_TOO_OLD: {
    title: 'A Prisma that is too old',
    sentence: '`@oneprisma/client` needs Prisma 6.16 or later, and this package has an older one.',
    remedy: 'Upgrade `prisma` and `@prisma/client` first.',
  },
  MONGODB_NEEDS_PRISMA_6: {
    title: 'MongoDB with Prisma 7',
    sentence: 'Prisma 7 has no MongoDB, so that this shared module works on Prisma 6 only.',
    remedy: 'Stay on Prisma 6.16 or a later 6.',
  },
  ADAPTER_UNKNOWN: {
    title: 'A database without a known adapter',
    sentence: 'Prisma 7 needs a driver adapter, and none is known for the provider of this schema.',
    remedy: 'Give PrismaClient the adapter of your driver: `adapter: observe(new ...)`.',
  },
  NEON_WEBSOCKET: {
    title: 'Neon without a WebSocket',
    sentence: 'The adapter of Neon needs a WebSocket, which Node.js before 22 does not have.',
    remedy: 'There, set `neonConfig.webSocketConstructor` to that of `ws` before the first query.',
  },
  GENERATED_ESM_IN_COMMONJS: {
    title: 'A generated ES module in a CommonJS package',
    sentence: 'The generator writes an ES module, and this package is CommonJS.',
    remedy: 'Set `moduleFormat = "cjs"` in its block, or `"type": "module"` in package.json.',
  },
  GENERATED_TYPESCRIPT: {
    title: 'A generated client in TypeScript for plain Node.js',
    sentence:
      'The generator writes TypeScript, and plain Node.js runs these files, which takes it from 22.18 on.',
    remedy: 'Before 22.18, run them by `tsx`, or set `provider = "prisma-client-js"`.',
  },
  PLAIN_NODE_IMPORTS_TYPESCRIPT: {
    title: 'A shared module in TypeScript for plain Node.js',
    sentence: 'Plain Node.js runs files that import this module, and takes it from 22.18 on only.',
    remedy: 'Before 22.18, run them by `tsx`.',
  },
  SUBPATHS_HIDDEN: {
    title: 'A moduleResolution that hides subpaths',
    sentence:
      'With this `moduleResolution`, TypeScript sees no subpath of a package, such as `@oneprisma/client/pg`.',
    remedy: 'Set `"bundler"` or `"node16"` to use `pgPool()` and `runScript()`.',
  },
}
