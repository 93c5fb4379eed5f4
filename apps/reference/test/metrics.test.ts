import { promtool, promtoolNote, runsPromtool } from '@oneprisma/engines/promtool'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { METRICS_TOKEN, startShop, type ShopServer } from './shop-server'
import { Visitor } from './visitor'

let shop: ShopServer

beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const scrape = (authorization?: string): Promise<Response> =>
  fetch(`${shop.url}/api/metrics`, {
    headers: authorization === undefined ? {} : { authorization },
  })

/** The value of a metric, summed up over its series. */
function sum(text: string, metric: string): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0)
}

describe('the scrape endpoint', () => {
  it('is closed in production to all who do not have the token', async () => {
    for (const authorization of [undefined, 'Bearer', 'Bearer wrong', METRICS_TOKEN]) {
      expect((await scrape(authorization)).status).toBe(404)
    }
  })

  it('is closed to everybody where there is no token', async () => {
    await using without = await startShop({ METRICS_TOKEN: '' })

    const response = await fetch(`${without.url}/api/metrics`, {
      headers: { authorization: 'Bearer ' },
    })

    expect(response.status).toBe(404)
  })

  it('counts what other routes do, in whatever bundle they are', async () => {
    const operations = 'oneprisma_operation_duration_seconds_count'
    const before = await (await scrape(`Bearer ${METRICS_TOKEN}`)).text()

    // A page of the app router, and a route of the pages router.
    await new Visitor(shop.url).request('/')
    await fetch(`${shop.url}/api/health/ready`)

    const response = await scrape(`Bearer ${METRICS_TOKEN}`)
    const after = await response.text()
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(sum(after, operations)).toBeGreaterThan(sum(before, operations))
    expect(after).toContain('client="default"')
    expect(after).not.toContain(METRICS_TOKEN)
  })

  it.runIf(runsPromtool)(`is read by the parser of Prometheus${promtoolNote}`, async () => {
    await new Visitor(shop.url).request('/')

    const text = await (await scrape(`Bearer ${METRICS_TOKEN}`)).text()

    // It parses; the one remark is of a name that OpenTelemetry gave.
    expect(promtool(['check', 'metrics'], text).output.trim()).toBe(
      'db_client_connection_count non-histogram and non-summary metrics should not have "_count" suffix',
    )
  })
})
