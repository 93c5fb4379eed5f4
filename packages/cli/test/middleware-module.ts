import { parseModule } from '../src/scan/parse-module.ts'
import { rewriteMiddleware, type MiddlewareRewrite } from '../src/middleware/rewrite-middleware.ts'

export interface Rewritten extends MiddlewareRewrite {
  readonly text: string
  readonly reasons: readonly string[]
}

/** Rewrites the middleware of a program in which every client is called `prisma` or `replica`. */
export function rewritten(text: string, path = 'db.ts', usedElsewhere = false): Rewritten {
  const parsed = parseModule(path, text)
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.message}\n${text}`)
  const clients = parsed.module.scopes.scopes
    .flatMap(({ variables }) => variables)
    .filter(({ name }) => name === 'prisma' || name === 'replica')
  const result = rewriteMiddleware(
    parsed.module,
    clients,
    usedElsewhere ? { usedElsewhere: clients } : {},
  )
  let rest = ''
  let at = 0
  for (const edit of result.edits) {
    rest += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return {
    ...result,
    text: rest + text.slice(at),
    reasons: result.reviews.map(({ reason }) => reason),
  }
}
