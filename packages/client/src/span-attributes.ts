import type { Attributes } from '@opentelemetry/api'
import type { RepairPrismaSpansOptions } from './repair-prisma-spans.ts'
import type { PrismaSpan } from './tracing-helper.ts'
import { requestContext } from './with-request-context.ts'

// The spans of what somebody asked of a client. Those below them belong to no request for certain:
// Prisma sends one statement for several `findUnique` of one tick.
const OF_REQUEST: ReadonlySet<string> = new Set(['operation', 'transaction'])

/**
 * What Prisma says of a span, with what it omits. It is said before the span begins, so that a
 * sampler can go by it.
 *
 * @internal
 */
export function withAttributes(
  span: PrismaSpan | string,
  options: RepairPrismaSpansOptions,
): PrismaSpan | string {
  if (typeof span === 'string') return span
  const added = OF_REQUEST.has(span.name) ? attributesOfRequest(options) : systemOf(span)
  return added === undefined ? span : { ...span, attributes: { ...span.attributes, ...added } }
}

function attributesOfRequest(options: RepairPrismaSpansOptions): Attributes | undefined {
  const context = requestContext()
  if (context === undefined) return undefined

  const { requestId, route, tenant, user, tags } = context
  const attributes: Attributes = { 'oneprisma.request.id': requestId }
  if (route !== undefined) attributes['http.route'] = route
  if (tenant !== undefined) attributes['oneprisma.tenant'] = tenant
  if (user !== undefined && options.recordUser) attributes['enduser.id'] = user
  for (const [name, value] of Object.entries(tags)) attributes[`oneprisma.tag.${name}`] = value
  return attributes
}

/** The name that OpenTelemetry has for the database, where Prisma uses another. */
function systemOf(span: PrismaSpan): Attributes | undefined {
  const isMssql = span.attributes?.['db.system.name'] === 'mssql'
  return isMssql ? { 'db.system.name': 'microsoft.sql_server' } : undefined
}
