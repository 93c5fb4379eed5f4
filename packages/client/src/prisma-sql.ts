// A longer one is a list of values or ids, of which the next is of another length.
const MAX_LENGTH = 8_192

const BEGINNING = /^(?:SELECT |INSERT INTO "|UPDATE "|DELETE FROM ")/

// With its schema, as people seldom write it.
const TABLE = /(?:^UPDATE|INTO|FROM) "[^"]+"\."[^"]+"/

// Names in quotes, keywords in capitals, one blank between words, and the few words that are not in
// capitals. No two alternatives can match the same text, so that it takes one pass.
const WORDS =
  /^(?:[A-Z\d_ .,()=<>!|+\-*%$@#&[\]]|"[^"]*"|'[^']*'|::(?:text|jsonb)|\/(?! ?\*)|\/\* (?:root|inner|middle|outer)(?: select)? \*\/|true)+$/

/**
 * Whether a statement is written as Prisma writes its own, all of which read alike. Raw SQL that
 * people write does not, unless they mean it to.
 *
 * @internal
 */
export function isPrismaSql(sql: string): boolean {
  return BEGINNING.test(sql) && sql.length <= MAX_LENGTH && TABLE.test(sql) && WORDS.test(sql)
}
