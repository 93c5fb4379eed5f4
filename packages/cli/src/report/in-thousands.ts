/** A number as people read it: 10,000 for 10000. */
export function inThousands(value: number): string {
  return value.toLocaleString('en-US')
}
