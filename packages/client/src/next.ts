export { closeWithNext } from './close-with-next.ts'
export type { CloseWithNextOptions } from './close-with-next.ts'
