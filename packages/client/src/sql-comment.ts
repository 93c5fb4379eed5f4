// In the order of their names, as the format wants them.
const TAGS = ['app', 'release', 'request_id', 'route', 'traceparent'] as const
const LEAST_IMPORTANT_FIRST = ['route', 'traceparent', 'release', 'app', 'request_id'] as const
const MAX_VALUE = 128
const MAX_COMMENT = 512
const PLAIN = /^[\w.~-]{0,128}$/

/** What a comment may say. */
export type SqlCommentTags = {
  readonly [Tag in (typeof TAGS)[number]]?: string | undefined
}

/**
 * Makes a comment in the format of sqlcommenter (https://google.github.io/sqlcommenter/spec/): tags in
 * the order of their names, values encoded. A value is cut at 128 characters; where the whole is longer
 * than 512, tags go, the least important first. Empty without a tag.
 *
 * @internal
 */
export function sqlComment(tags: SqlCommentTags): string {
  let comment = commentOf(tags)
  if (comment.length <= MAX_COMMENT) return comment

  const kept = { ...tags }
  for (const tag of LEAST_IMPORTANT_FIRST) {
    kept[tag] = undefined
    comment = commentOf(kept)
    if (comment.length <= MAX_COMMENT) break
  }
  return comment
}

function commentOf(tags: SqlCommentTags): string {
  let text = ''
  for (const tag of TAGS) {
    const value = tags[tag]
    if (value) text += `${text && ','}${tag}='${encoded(value)}'`
  }
  return text && `/*${text}*/`
}

/**
 * What `encodeURIComponent` leaves as it is, and could end a comment or a value, or be taken for a
 * placeholder or an escape by a driver, is encoded too. A lone half of a character is replaced, for
 * nobody can encode it.
 */
function encoded(value: string): string {
  // Most are ids and names, and stay as they are.
  if (PLAIN.test(value)) return value
  return encodeURIComponent(value.slice(0, MAX_VALUE).toWellFormed()).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
