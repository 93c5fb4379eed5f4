import { decideShare, fairShare, type FleetView } from '../src/fleet-policy.ts'

/** A member as the policy knows it. */
export interface RoundMember {
  own: number
  readonly cap: number
  /** How many connections its callers would use. */
  wants: number
}

/** Members that look in turn, each with the connections that the one before has opened and closed. */
export class Rounds {
  readonly budget: number
  readonly members: readonly RoundMember[]
  /** How many connections have been opened and closed. */
  changes = 0

  constructor(budget: number, members: readonly RoundMember[]) {
    this.budget = budget
    this.members = members.map((member) => ({ ...member }))
  }

  get sum(): number {
    return this.members.reduce((sum, { own }) => sum + own, 0)
  }

  get share(): number {
    return fairShare(this.budget, this.members.length)
  }

  view(own: number): FleetView & { readonly borrowers: number } {
    const above = this.members.map((member) => member.own - this.share).filter((more) => more > 0)
    return {
      budget: this.budget,
      members: this.members.length,
      free: this.budget - this.sum,
      own,
      above: above.reduce((sum, more) => sum + more, 0),
      borrowers: above.length,
    }
  }

  /** Lets every member look once, in this order. */
  look(order: readonly number[]): void {
    for (const index of order) {
      const member = this.members[index % this.members.length]
      if (member === undefined) continue
      const need = { waiting: Math.max(0, member.wants - member.own), cap: member.cap }
      const { giveBack, reserve } = decideShare(this.view(member.own), need)
      member.own += reserve - giveBack
      this.changes += reserve + giveBack
    }
  }
}
