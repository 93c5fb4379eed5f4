import { SpanStatusCode, type Span } from '@opentelemetry/api'
import { errorRecordOf } from './error-record.ts'

const PRISMA_CODE = /^P[1-9]\d{3}$/
const NAME = /^[\w.$]{1,80}$/

/**
 * Tells a span of the error that its code failed with: by name and codes. Never by its message,
 * because Prisma's holds the arguments of the call and the code around it, and a database's the value
 * that it did not like.
 *
 * @internal
 */
export function tellOfFailure(span: Span, error: unknown): void {
  if (!span.isRecording()) return
  const { kind, code, databaseCode } = errorRecordOf(error)
  const name = nameOf(error)
  const isOfPrisma = code !== undefined && PRISMA_CODE.test(code)
  const known = kind === 'other' ? undefined : kind
  const message = [...new Set([known, code, databaseCode])].filter(Boolean).join(' ') || name

  span.setAttribute('error.type', isOfPrisma ? code : (known ?? name))
  if (databaseCode !== undefined) span.setAttribute('db.response.status_code', databaseCode)
  // By hand, because `recordException` takes the stack too, which begins with the message.
  span.addEvent('exception', { 'exception.type': name, 'exception.message': message })
  span.setStatus({ code: SpanStatusCode.ERROR, message })
}

function nameOf(error: unknown): string {
  const name: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'name') : undefined
  return typeof name === 'string' && NAME.test(name) ? name : '_OTHER'
}
