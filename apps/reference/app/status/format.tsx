import Link from 'next/link'

/** Milliseconds, with as many digits as somebody reads. */
export function Duration({ ms }: { ms: number | undefined }) {
  if (ms === undefined) return <>–</>
  const text = ms < 10 ? ms.toFixed(1) : ms < 10_000 ? String(Math.round(ms)) : undefined
  return <>{text === undefined ? `${(ms / 1_000).toFixed(1)} s` : `${text} ms`}</>
}

/** The time of day of the server, to the second. */
export function Time({ at }: { at: number }) {
  const iso = new Date(at).toISOString()
  return <time dateTime={iso}>{iso.slice(11, 19)}</time>
}

/** The id of a request, which leads to its queries. */
export function RequestLink({ id }: { id: string | undefined }) {
  if (id === undefined) return <span className="muted">–</span>
  return (
    <Link href={`/status?request=${encodeURIComponent(id)}`} title={id} prefetch={false}>
      {id.length > 13 ? `${id.slice(0, 12)}…` : id}
    </Link>
  )
}

/** `User.findMany`, or `$queryRaw`. */
export function operationName(
  operation: { readonly model: string | undefined; readonly action: string } | undefined,
): string {
  if (operation === undefined) return '–'
  return operation.model === undefined ? operation.action : `${operation.model}.${operation.action}`
}
