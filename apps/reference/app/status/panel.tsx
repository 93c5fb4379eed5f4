import type { ReactNode } from 'react'

/** A part of the page with a table in it, or a line where there is nothing to show. */
export function Panel({
  title,
  head,
  empty,
  children,
}: {
  title: string
  /** The headings of the columns; one that ends in a unit has numbers below it. */
  head: readonly string[]
  /** What stands in place of a table without rows. */
  empty: string
  children: readonly ReactNode[]
}) {
  return (
    <section className="card panel" aria-label={title}>
      <h2>{title}</h2>
      {children.length === 0 ? (
        <p className="muted">{empty}</p>
      ) : (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                {head.map((text) => (
                  <th key={text} scope="col">
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </section>
  )
}
