import { readBudgetInput, type BudgetFlags } from '../budget/budget-input.ts'
import { formatBudget } from '../budget/format-budget.ts'
import { planBudget } from '../budget/plan-budget.ts'
import type { World } from '../world.ts'
import { paintOf } from './print-findings.ts'

export interface BudgetOptions {
  readonly flags: BudgetFlags
  readonly json: boolean
}

/** Plans on paper, without asking any server: 1 where some pools would get no connection. */
export async function budget(world: World, { flags, json }: BudgetOptions): Promise<number> {
  const input = readBudgetInput(flags)
  const report = planBudget(input)
  world.out(
    json
      ? `${JSON.stringify({ provider: input.provider?.name ?? null, ...report }, null, 2)}\n`
      : formatBudget(input, report, paintOf(world)),
  )
  return report.verdict === 'too-small' ? 1 : 0
}
