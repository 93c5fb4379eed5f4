import { MODULE_REASONS, type ModuleCode } from './module-reasons.ts'
import { PLAN_REASONS, type PlanCode } from './plan-reasons.ts'
import { PROJECT_REASONS, type ProjectCode } from './project-reasons.ts'
import type { Reason } from './reasons.ts'
import { REFUSAL_REASONS, type RefusalCode } from './refusal-reasons.ts'
import { UPGRADE_REASONS, type UpgradeCode } from './upgrade-reasons.ts'

/** What a person has to look at besides the sites. */
export type NoteCode = ModuleCode | ProjectCode | PlanCode | UpgradeCode | RefusalCode

export const NOTE_REASONS: Readonly<Record<NoteCode, Reason>> = {
  ...MODULE_REASONS,
  ...PROJECT_REASONS,
  ...PLAN_REASONS,
  ...UPGRADE_REASONS,
  ...REFUSAL_REASONS,
}
