/**
 * Under which label each tenant is counted, so that there are at most so many. The first come first;
 * where a label stands, it stays.
 *
 * @internal
 */
export class TenantLabels {
  readonly #known = new Set<string>()

  of(tenant: string, label: ((tenant: string) => string) | undefined, max: number): string {
    const wanted = label === undefined ? tenant : label(tenant)
    if (this.#known.has(wanted)) return wanted
    if (this.#known.size >= max) return '(other)'
    this.#known.add(wanted)
    return wanted
  }
}
