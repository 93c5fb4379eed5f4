import { OnePrismaError } from './errors.ts'

// Bundlers take this file in place of the package where there is no Node.js: the export conditions
// `edge-light` and `browser`. It throws when it is evaluated, because the generated client that the
// shared module imports would otherwise fail first, with "Native module not found: node:path".
throw new OnePrismaError(
  'UNSUPPORTED_RUNTIME',
  'The shared Prisma client was imported into an edge runtime or a browser bundle, which keeps no process to share it in. Import it only from code that runs in Node.js: take `runtime = "edge"` out of the route, use proxy.ts in place of middleware.ts, or move the query to the server.',
)
