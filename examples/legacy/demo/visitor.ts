const TIMEOUT_MS = 20_000

export interface Visit {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
}

/** Somebody with a browser's memory for cookies. */
export class Visitor {
  readonly #url: string
  readonly #cookies = new Map<string, string>()

  constructor(url: string) {
    this.#url = url
  }

  /** The header that carries all of the cookies. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async visit({ method = 'GET', path, headers, body }: Visit): Promise<Response> {
    const response = await fetch(this.#url + path, {
      method,
      redirect: 'manual',
      headers: { ...headers, cookie: this.cookie },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';', 1)[0] ?? '').split(/=(.*)/, 2)
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return response
  }

  /** Sends NextAuth's form for a name and a password. */
  async signIn(email: string, password: string): Promise<Response> {
    return this.#sendForm('/api/auth/callback/credentials', { email, password })
  }

  async signOut(): Promise<Response> {
    return this.#sendForm('/api/auth/signout', {})
  }

  async #sendForm(path: string, fields: Readonly<Record<string, string>>): Promise<Response> {
    const asked = await this.visit({ path: '/api/auth/csrf' })
    // The documented answer of NextAuth.
    const { csrfToken } = (await asked.json()) as { readonly csrfToken: string }
    const body = new URLSearchParams({ ...fields, csrfToken, json: 'true' })
    return this.visit({ method: 'POST', path, body })
  }
}
