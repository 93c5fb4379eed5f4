import { z } from 'zod'

/** The query of a list: a page size, and the id of the last row that the caller has. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().min(1).optional(),
})

/** The part of `findMany`'s arguments that selects one page; one row more tells if there is a next. */
export function pageArguments(query: z.infer<typeof pageQuery>): {
  take: number
  skip?: number
  cursor?: { id: string }
} {
  const take = query.limit + 1
  return query.after === undefined ? { take } : { take, skip: 1, cursor: { id: query.after } }
}

/** Cuts the row that was one too many off, and names the cursor of the next page. */
export function pageOf<Row extends { id: string }>(
  rows: Row[],
  limit: number,
): { items: Row[]; next: string | null } {
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}
