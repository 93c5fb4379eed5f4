/** An answer without what differs from one run of the same program to the next. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The names of the cookies that it sets. */
  readonly cookies: readonly string[]
  readonly body: unknown
}

const HEADERS = ['content-type', 'allow', 'location']
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g

/** Reads a response into what has to stay the same. */
export async function answerOf(response: Response, origin: string): Promise<Answer> {
  const settled = (text: string): string =>
    text.replaceAll(origin, '<origin>').replaceAll(TIME, '<time>')
  const text = settled(await response.text())
  const headers = HEADERS.flatMap((name) => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, settled(value)] as const]
  })
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split('=', 1)[0] ?? '')
  return {
    status: response.status,
    headers: Object.fromEntries(headers),
    cookies: cookies.toSorted(),
    body: bodyOf(text, response.headers.get('content-type') ?? ''),
  }
}

function bodyOf(text: string, type: string): unknown {
  if (type.startsWith('application/json')) return JSON.parse(text)
  if (type.startsWith('text/html')) return pageOf(text)
  return text
}

// The names of scripts and styles change with every build; what a visitor reads does not.
function pageOf(html: string): unknown {
  const data = /<script id="__NEXT_DATA__"[^>]*>(.*?)<\/script>/s.exec(html)?.[1]
  const main = /<main.*<\/main>/s.exec(html)?.[0] ?? /<body.*<\/body>/s.exec(html)?.[0] ?? html
  const text = main
    .replaceAll(/<(script|style)[^>]*>.*?<\/\1>/gs, '')
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return { text, props: data === undefined ? null : propsOf(JSON.parse(data)) }
}

function propsOf(data: { readonly props?: { readonly pageProps?: unknown } }): unknown {
  return data.props?.pageProps ?? null
}
