import { CliError } from '../../errors.ts'
import type { Endpoint } from '../app/scrape.ts'
import type { World } from '../../world.ts'

/**
 * Where metrics are, by `--metrics [arm=]url`. User and password in a URL become a header, and no
 * part of what the endpoint is called.
 *
 * @throws CliError `USAGE`, `SOURCE_MISSING`
 */
export function endpointsOf(
  world: World,
  given: readonly string[],
  tokenVariable: string | undefined,
): readonly Endpoint[] {
  const token = tokenVariable === undefined ? undefined : world.env[tokenVariable]
  if (tokenVariable !== undefined && !token) {
    throw new CliError(
      'SOURCE_MISSING',
      `--metrics-token-env names ${tokenVariable}, which is not set.`,
    )
  }
  const endpoints = given.map((text, index) => endpointOf(text, index, token))
  const twice = endpoints.find(
    ({ url }, index) => endpoints.findIndex((endpoint) => endpoint.url === url) !== index,
  )
  if (twice === undefined) return endpoints.map(withOwnName)
  throw new CliError('USAGE', `--metrics names ${twice.name} twice, which would be counted twice.`)
}

/** Addresses that differ in what is not shown are told apart by their number. */
function withOwnName(endpoint: Endpoint, index: number, all: readonly Endpoint[]): Endpoint {
  const isShared = all.filter(({ name }) => name === endpoint.name).length > 1
  return isShared ? { ...endpoint, name: `${endpoint.name} (${index + 1})` } : endpoint
}

function endpointOf(text: string, index: number, token: string | undefined): Endpoint {
  const [, arm, address = ''] = /^(?:([^=/:?]+)=)?(.*)$/s.exec(text) ?? []
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    // It may hold a password, so it is not shown.
    throw new CliError(
      'USAGE',
      `--metrics takes the URL of metrics, http:// or https://; number ${index + 1} is none.`,
    )
  }
  const { username, password, host, pathname } = url
  const credentials = `${decoded(username)}:${decoded(password)}`
  url.username = ''
  url.password = ''
  return {
    name: `${host}${pathname}`,
    url: url.href,
    arm,
    headers:
      token !== undefined
        ? { authorization: `Bearer ${token}` }
        : username === '' && password === ''
          ? {}
          : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
