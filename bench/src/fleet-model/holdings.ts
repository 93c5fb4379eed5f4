/** What the members of a fleet hold, counted so that a look costs the model little. */
export class Holdings {
  /** Of each member: its sessions that have its lock, and those of them that have a slot. */
  readonly #members = new Map<number, { sessions: number; slots: number }>()
  /** How many members have so many sessions. */
  readonly #withSessions: number[] = []

  get memberCount(): number {
    return this.#members.size
  }

  slotsOf(member: number): number {
    return this.#members.get(member)?.slots ?? 0
  }

  /** What all have above a share, and how many have more than it. */
  above(share: number): { readonly above: number; readonly borrowers: number } {
    let above = 0
    let borrowers = 0
    for (let count = share + 1; count < this.#withSessions.length; count++) {
      const having = this.#withSessions[count] ?? 0
      above += (count - share) * having
      borrowers += having
    }
    return { above, borrowers }
  }

  addSession(member: number): void {
    const known = this.#members.get(member) ?? { sessions: 0, slots: 0 }
    this.#members.set(member, known)
    this.#move(known.sessions, ++known.sessions)
  }

  addSlot(member: number): void {
    const known = this.#members.get(member)
    if (known !== undefined) known.slots++
  }

  /** A session has ended, which may have had a slot. */
  remove(member: number, hadSlot: boolean): void {
    const known = this.#members.get(member)
    if (known === undefined) return
    if (hadSlot) known.slots--
    this.#move(known.sessions, --known.sessions)
    if (known.sessions === 0) this.#members.delete(member)
  }

  #move(from: number, to: number): void {
    this.#withSessions[from] = (this.#withSessions[from] ?? 0) - 1
    this.#withSessions[to] = (this.#withSessions[to] ?? 0) + 1
  }
}
