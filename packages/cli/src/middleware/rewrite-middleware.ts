import type { Variable } from '@typescript-eslint/scope-manager'
import type { Edit, ModuleSource, Node } from '@oneprisma/sites'
import { arrowEnd } from './arrow-end.ts'
import { findCallback, type Callback } from './callback.ts'
import { findExtendableClient, type ExtendableClient } from './extendable-client.ts'
import { extensionText, type Extension } from './extension-text.ts'
import { findNextCalls, isFollowed } from './next-calls.ts'
import { readParamsUse } from './params-use.ts'
import { describeRefusal, type MiddlewareRefusal } from './refusal.ts'
import { removeStatement } from './removal.ts'
import { indentationAt } from '../text/lines.ts'
import { commentsIn, mergedEdits } from './text-edit.ts'
import { dropUnusedImports } from './unused-import.ts'
import { findUseCalls, type UseCall } from './use-call.ts'

/** A `$use` that a person has to look at. */
export interface MiddlewareNote {
  readonly code: 'USE_MIDDLEWARE'
  /** Where the call begins, in UTF-16 code units. */
  readonly offset: number
  readonly message: string
  /** Which condition was not met. */
  readonly reason: MiddlewareRefusal
}

export interface MiddlewareRewrite {
  /** In the order of the text; none overlaps another. */
  readonly edits: readonly Edit[]
  readonly reviews: readonly MiddlewareNote[]
}

export interface RewriteMiddlewareOptions {
  /** The clients on which another module calls `$on`, `$use` or `$extends`: they stay as they are. */
  readonly usedElsewhere?: readonly Variable[]
}

/**
 * Turns the calls of `$use` on the clients of a module into query extensions, where the program
 * does the same afterwards. All middleware of a client is rewritten, or none.
 */
export function rewriteMiddleware(
  module: ModuleSource,
  clients: readonly Variable[],
  options: RewriteMiddlewareOptions = {},
): MiddlewareRewrite {
  const edits: Edit[] = []
  const reviews: MiddlewareNote[] = []
  const calls = findUseCalls(module.program, clients)
  for (const client of new Set(calls.map((call) => call.client))) {
    const own = calls.filter((call) => call.client === client)
    const result =
      client === undefined
        ? own.map((call) => note(call, 'NOT_A_CLIENT_VARIABLE'))
        : rewriteClient(module, client, own, options)
    if (Array.isArray(result)) reviews.push(...result)
    else edits.push(...result.edits)
  }
  return {
    edits: mergedEdits(edits),
    reviews: reviews.toSorted((a, b) => a.offset - b.offset),
  }
}

function rewriteClient(
  module: ModuleSource,
  client: Variable,
  calls: readonly UseCall[],
  options: RewriteMiddlewareOptions,
): { readonly edits: readonly Edit[] } | MiddlewareNote[] {
  const found = findExtendableClient(client, calls)
  if (typeof found === 'string') return calls.map((call) => note(call, found))
  if (options.usedElsewhere?.includes(client) === true) {
    return calls.map((call) => note(call, 'USED_ELSEWHERE'))
  }

  const read = calls.map((call) => readMiddleware(module, call, found))
  const middleware = read.map((one, index) =>
    typeof one !== 'string' && sharesArgs(one, read.slice(index + 1)) ? 'ARGS_SHARED' : one,
  )
  if (middleware.some((one) => typeof one === 'string')) {
    return calls.map((call, index) => {
      const one = middleware[index]
      return note(call, typeof one === 'string' ? one : 'SIBLING')
    })
  }
  return {
    edits: editsOf(
      module,
      found,
      middleware.filter((one) => typeof one !== 'string'),
    ),
  }
}

type Middleware = Omit<Extension, 'comments'>

function readMiddleware(
  module: ModuleSource,
  { node }: UseCall,
  { statement }: ExtendableClient,
): Middleware | MiddlewareRefusal {
  const callback = findCallback(module, node, statement.parent)
  if (typeof callback === 'string') return callback
  const calls = findNextCalls(callback)
  if (typeof calls === 'string') return calls
  const use = readParamsUse(module, callback, calls)
  return typeof use === 'string' ? use : { callback, use }
}

// All middleware was given one params object, so an outer one could see the args that an inner one
// left there. Each query extension has a copy of its own.
function sharesArgs(
  { callback, use }: Middleware,
  inner: ReadonlyArray<Middleware | MiddlewareRefusal>,
): boolean {
  return (
    use.used.has('args') &&
    use.nextCalls.some(({ call }) => isFollowed(call, callback.fn)) &&
    inner.some((one) => typeof one !== 'string' && one.use.used.has('args'))
  )
}

function editsOf(
  module: ModuleSource,
  { statement, construction, useStatements }: ExtendableClient,
  middleware: readonly Middleware[],
): Edit[] {
  const { text } = module
  const indentation = indentationAt(text, statement.range[0])
  const edits: Edit[] = []
  const gone: Node[] = [...useStatements]
  const kept: Node[] = []
  const chain = middleware.map(({ callback, use }, index) => {
    const useStatement = useStatements[index]
    const comments: string[] = []
    kept.push(callback.fn.body)
    if (callback.fn.returnType) kept.push(callback.fn.returnType)
    if (callback.declaration !== undefined) gone.push(callback.declaration)
    for (const statementGone of [callback.declaration, useStatement]) {
      if (statementGone === undefined) continue
      const removal = removeStatement(text, statementGone, endBefore(statementGone))
      edits.push(removal.edit)
      comments.push(...removal.before, ...headComments(text, statementGone, callback))
      comments.push(...removal.after)
    }
    return extensionText(module, { callback, use, comments }, indentation)
  })
  const at = construction.range[1]
  const named = (construction.typeArguments ?? construction.callee).range[1]
  const call = text.slice(named, at).includes('(') ? '' : '()'
  edits.push({ start: at, end: at, text: call + chain.join('') })
  edits.push(...dropUnusedImports(module, gone, kept))
  return edits
}

/** The comments in the text of a statement that goes, but for those in the body that stays. */
function headComments(text: string, statement: Node, { fn }: Callback): string[] {
  const [start, end] = statement.range
  const [bodyStart, bodyEnd] = fn.body.range
  if (bodyStart < start || bodyEnd > end) return commentsIn(text.slice(start, end))
  const head = fn.body.type === 'BlockStatement' ? bodyStart : arrowEnd(text, fn)
  return [...commentsIn(text.slice(start, head)), ...commentsIn(text.slice(fn.range[1], end))]
}

/** Where the statement before a statement ends, or its block begins. */
function endBefore(statement: Node): number {
  const { parent } = statement
  if (parent?.type !== 'Program' && parent?.type !== 'BlockStatement') return statement.range[0]
  const index = parent.body.findIndex((node) => node === statement)
  const before = parent.body[index - 1]
  if (before !== undefined) return before.range[1]
  return parent.type === 'Program' ? 0 : parent.range[0] + 1
}

function note({ node }: UseCall, reason: MiddlewareRefusal): MiddlewareNote {
  return {
    code: 'USE_MIDDLEWARE',
    offset: node.range[0],
    message: describeRefusal(reason),
    reason,
  }
}
