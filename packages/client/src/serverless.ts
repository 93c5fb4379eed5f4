export { withSuspend } from './with-suspend.ts'
export type { SuspendOptions } from './with-suspend.ts'
