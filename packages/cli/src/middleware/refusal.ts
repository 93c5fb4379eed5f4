/** Why a `$use` was left to a person. */
export type MiddlewareRefusal =
  | 'NOT_A_CLIENT_VARIABLE'
  | 'NOT_ONE_CONSTRUCTION'
  | 'TYPED_CLIENT'
  | 'NOT_BESIDE_THE_CLIENT'
  | 'USED_BEFORE'
  | 'USED_INSIDE'
  | 'CALLED_BETWEEN'
  | 'LISTENED'
  | 'EXTENDED'
  | 'CLASS_CHECKED'
  | 'USED_ELSEWHERE'
  | 'NOT_A_FUNCTION_HERE'
  | 'PARAMETERS'
  | 'CALLER_OBSERVED'
  | 'PARAMS_ESCAPE'
  | 'PARAMS_MEMBER'
  | 'MODEL_CHANGED'
  | 'ACTION_CHANGED'
  | 'ARGS_WHOLE'
  | 'ARGS_REPLACED'
  | 'ARGS_SHARED'
  | 'NEXT_ESCAPES'
  | 'NEXT_ARGUMENT'
  | 'NEXT_NOT_AWAITED'
  | 'NEXT_REPEATED'
  | 'SIBLING'

/** The sentence that says what to look at. */
export function describeRefusal(refusal: MiddlewareRefusal): string {
  return `This \`$use\` is not rewritten: ${REASONS[refusal]}. Prisma removed \`$use\` in 6.14; docs/use-middleware.md says what to write.`
}

const REASONS: Readonly<Record<MiddlewareRefusal, string>> = {
  NOT_A_CLIENT_VARIABLE: 'the client is not a variable of this module',
  NOT_ONE_CONSTRUCTION:
    'the variable is not declared by itself with one `new` and never assigned again',
  TYPED_CLIENT: 'the variable has a type of its own, which an extended client does not fit',
  NOT_BESIDE_THE_CLIENT:
    'it is not a statement of its own in the block where the client is made, so it may not always run',
  USED_BEFORE: 'the client is used, or handed on, before the middleware is added',
  USED_INSIDE: 'the middleware uses its own client, whose type would then depend on itself',
  CALLED_BETWEEN: 'a function that uses the client may be called before the middleware is added',
  LISTENED: 'an extended client has no `$on` and no `$use`, and this module asks for one of them',
  EXTENDED:
    'the client is extended later, and middleware saw results after the extension, a query extension sees them before',
  CLASS_CHECKED:
    'this module asks whether the client is an `instanceof` its class, and an extended client is not',
  USED_ELSEWHERE: 'another module calls `$on`, `$use` or `$extends` on the client',
  NOT_A_FUNCTION_HERE:
    'the middleware is not a function that is written in the same block and used only here',
  PARAMETERS: 'the middleware does not have two plain parameters',
  CALLER_OBSERVED: 'the middleware reads `this`, `arguments` or its own name',
  PARAMS_ESCAPE: 'the params object is stored, changed or passed on as a whole',
  PARAMS_MEMBER:
    'the middleware reads what a query extension is not told, such as `dataPath` or `runInTransaction`',
  MODEL_CHANGED: 'the middleware changes the model, which a query extension cannot',
  ACTION_CHANGED: 'the middleware changes the action, which a query extension cannot',
  ARGS_WHOLE:
    'the args are looked at as a whole; a query extension is given a copy, `{}` where there were none, and another shape for raw queries',
  ARGS_REPLACED: 'the args are replaced by something that is not an object literal',
  ARGS_SHARED:
    'it could see what another middleware changes in the args, and a query extension has a copy of its own',
  NEXT_ESCAPES: 'the next middleware is passed on, or called in a function inside the middleware',
  NEXT_ARGUMENT: 'the next middleware is called with something else than the params',
  NEXT_NOT_AWAITED:
    'what the next middleware returns is neither awaited nor returned at once, and a query extension does not begin before that',
  NEXT_REPEATED:
    'the next middleware may be called twice, and the second call passed over other middleware',
  SIBLING:
    'another `$use` of the same client is not rewritten, and an extended client has no `$use`',
}
