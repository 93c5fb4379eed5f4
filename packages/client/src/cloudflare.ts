export { requestScope } from './request-scope.ts'
export type { ExecutionContext, RequestScope, RequestScopeOptions } from './request-scope.ts'
