import type { Metadata, Viewport } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import './globals.css'

export const metadata: Metadata = { title: 'oneprisma reference shop' }
export const viewport: Viewport = { colorScheme: 'light dark' }

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <header className="bar">
          <Link href="/" className="brand">
            oneprisma shop
          </Link>
          <nav aria-label="Main">
            <Link href="/orders">Orders</Link>
            <Link href="/outbox">Outbox</Link>
            <Link href="/status">Status</Link>
            {/* NextAuth's own page, of the pages router: a full load. */}
            <a href="/api/auth/signin">Sign in</a>
          </nav>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}
