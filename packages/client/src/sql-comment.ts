// The first is the last to go where all of them are too long.
const BY_IMPORTANCE = ['request_id', 'app', 'release', 'traceparent', 'route'] as const
const MAX_VALUE = 128
const MAX_COMMENT = 512

/** What a comment may say. */
export type SqlCommentTags = {
  readonly [Tag in (typeof BY_IMPORTANCE)[number]]?: string | undefined
}

/**
 * Makes a comment in the format of sqlcommenter (https://google.github.io/sqlcommenter/spec/): tags in
 * the order of their names, values encoded. A value is cut at 128 characters; where the whole is longer
 * than 512, tags go, the least important first. Empty without a tag.
 *
 * @internal
 */
export function sqlComment(tags: SqlCommentTags): string {
  const known = BY_IMPORTANCE.filter((tag) => tags[tag])
  for (let count = known.length; count > 0; count--) {
    const comment = commentOf(known.slice(0, count).toSorted(), tags)
    if (comment.length <= MAX_COMMENT) return comment
  }
  return ''
}

function commentOf(names: ReadonlyArray<keyof SqlCommentTags>, tags: SqlCommentTags): string {
  return `/*${names.map((name) => `${name}='${encoded(tags[name] ?? '')}'`).join(',')}*/`
}

/**
 * What `encodeURIComponent` leaves as it is, and could end a comment or a value, or be taken for a
 * placeholder or an escape by a driver, is encoded too. A lone half of a character is replaced, for
 * nobody can encode it.
 */
function encoded(value: string): string {
  return encodeURIComponent(
    value.slice(0, MAX_VALUE).replaceAll(/\p{Surrogate}/gu, '\uFFFD'),
  ).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
