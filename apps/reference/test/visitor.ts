import pg from 'pg'
import { expect, inject } from 'vitest'

/** Somebody who visits the shop: requests that keep cookies, as a browser would. */
export class Visitor {
  readonly #url: string
  readonly #cookies = new Map<string, string>()

  constructor(url: string) {
    this.#url = url
  }

  get cookieNames(): string[] {
    return [...this.#cookies.keys()]
  }

  /** The cookies, as Playwright takes them. */
  get browserCookies(): Array<{ name: string; value: string; url: string }> {
    return [...this.#cookies].map(([name, value]) => ({ name, value, url: this.#url }))
  }

  async request(path: string, init: VisitorRequest = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(new URL(path, this.#url), {
      redirect: 'manual',
      ...init,
      headers: { cookie, ...init.headers },
    })
    for (const header of response.headers.getSetCookie()) {
      const [name = '', value = ''] = header.split(';', 1)[0]?.split('=') ?? []
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return response
  }

  async json(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await this.request(path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }

  /** Signs in by e-mail: asks for the link, reads the mail and follows it. */
  async signInByEmail(email: string): Promise<void> {
    const form = new URLSearchParams({ email, csrfToken: await this.#csrfToken(), json: 'true' })
    await this.request('/api/auth/signin/email', { method: 'POST', body: form })
    const mails = await sql<{ text: string }>(
      'SELECT text FROM "OutboxMail" WHERE recipient = $1 ORDER BY id DESC LIMIT 1',
      [email],
    )
    const link = /https?:\/\/\S+/.exec(mails[0]?.text ?? '')?.[0]
    expect(link).toBeDefined()
    await this.request(link ?? '/')
  }

  async signInByPassword(email: string, password: string): Promise<Response> {
    const csrfToken = await this.#csrfToken()
    return this.request('/api/auth/callback/credentials', {
      method: 'POST',
      body: new URLSearchParams({ email, password, csrfToken, json: 'true' }),
    })
  }

  async #csrfToken(): Promise<string> {
    const response = await this.request('/api/auth/csrf')
    const { csrfToken }: { csrfToken: string } = await response.json()
    return csrfToken
  }
}

interface VisitorRequest {
  readonly method?: string
  readonly body?: string | URLSearchParams | FormData
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- What an answer holds is what tests ask.
  readonly body: any
}

/** Asks the shop's database directly. */
export async function sql<Row extends pg.QueryResultRow>(
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(inject('databaseUrl'))
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}
