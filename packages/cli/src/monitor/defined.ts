/** The same members, of which those that may be left out may be undefined. */
type Loose<Whole> = {
  readonly [Key in keyof Whole]: object extends Pick<Whole, Key>
    ? Whole[Key] | undefined
    : Whole[Key]
}

/** Leaves out what is undefined. */
export function defined<Whole extends object>(loose: Loose<Whole>): Whole {
  const entries = Object.entries(loose).filter(([, value]) => value !== undefined)
  // What is left out may be left out, by the type of the parameter.
  return Object.fromEntries(entries) as Whole
}
