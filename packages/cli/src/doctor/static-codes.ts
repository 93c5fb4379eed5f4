import type { DoctorCheck } from './check.ts'

/** What the doctor can find in the files of a repository. */
export type StaticCode = 'ACCELERATE_RETIRED' | 'PRISMA_TOO_OLD'

export const STATIC_CHECKS: Readonly<Record<StaticCode, DoctorCheck>> = {
  ACCELERATE_RETIRED: {
    severity: 'warning',
    title: 'A hosted Accelerate connection',
  },
  PRISMA_TOO_OLD: {
    severity: 'error',
    title: 'A Prisma that is too old',
  },
}
