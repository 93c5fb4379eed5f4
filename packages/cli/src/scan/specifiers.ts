const SPECIFIER =
  /\b(?:from|import|require|resolve)\s*\(?\s*(?:'([^'\n]+)'|"([^"\n]+)"|`([^`$\n]+)`)/g

/**
 * Lists what looks like the specifier of an import in a text, without parsing it: quick, and
 * enough to know who imports a module.
 */
export function specifiersIn(text: string): string[] {
  return [...text.matchAll(SPECIFIER)].flatMap(
    ([, single, double, template]) => single ?? double ?? template ?? [],
  )
}
