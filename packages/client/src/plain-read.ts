// Whitespace · comments, but not those that MySQL executes · strings, without backslashes, which
// databases read in two ways · quoted names · words · parameters · numbers · any other character.
const TOKEN =
  /\s+|--[^\n]*|\/\*(?!!)[^]*?\*\/|'(?:[^'\\]|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[A-Za-z_]\w*|[$@:]\w+|\d[\w.]*|[^]/y

// What may stand before a parenthesis without being a function that could have an effect.
const BEFORE_PARENTHESIS: ReadonlySet<string> = new Set(
  'ALL AND ANY AS AVG BETWEEN BY CASE CAST COALESCE CONCAT COUNT DISTINCT ELSE EXCEPT EXISTS FILTER FROM HAVING ILIKE IN INTERSECT IS JOIN JSONB_AGG JSONB_BUILD_OBJECT JSON_ARRAYAGG JSON_OBJECT LATERAL LIKE LIMIT LOWER MAX MIN NOT OFFSET ON OR SELECT SOME SUM THEN UNION UPPER VALUES WHEN WHERE'.split(
    ' ',
  ),
)

const FORBIDDEN: ReadonlySet<string> = new Set(['INTO', 'FOR', 'LOCK'])

/**
 * Tells whether a statement is, beyond doubt, one `SELECT` that changes and locks nothing: it calls
 * no function but those of a short list, and ends where it ends. What it cannot follow is no plain
 * read. Views and casts with functions of the user behind them are taken for the tables and types
 * that they look like.
 *
 * @internal
 */
export function isPlainRead(sql: string): boolean {
  let previous = ''
  let hasEnded = false
  TOKEN.lastIndex = 0
  for (let found = TOKEN.exec(sql); found !== null; found = TOKEN.exec(sql)) {
    const token = found[0]
    if (/^(?:\s|--|\/\*)/.test(token)) continue
    const isWord = /^[A-Za-z_]/.test(token)
    const word = isWord ? token.toUpperCase() : token
    if (
      hasEnded ||
      previous + word === '/*' ||
      word === '$' ||
      word === "'" ||
      word === '"' ||
      word === '`'
    )
      return false
    if (previous === '' && word !== 'SELECT') return false
    if (isWord && FORBIDDEN.has(word)) return false
    if (word === '(' && /^[A-Za-z_"`\]]|\]$/.test(previous) && !BEFORE_PARENTHESIS.has(previous)) {
      return false
    }
    hasEnded = word === ';'
    previous = word
  }
  return previous !== ''
}
