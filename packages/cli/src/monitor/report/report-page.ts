import type { ComparedRecordings } from '../comparing/compare-recordings.ts'
export function reportPage(_: ComparedRecordings): string {
  return ''
}
