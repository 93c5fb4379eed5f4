/** An amount in euros, as it is written in this shop. */
export function formatPrice(cents: number): string {
  return `€${(cents / 100).toFixed(2)}`
}
