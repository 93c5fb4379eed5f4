import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answerOf } from '../demo/answer.ts'
import { differencesOf, recordedTraffic, replay, type Exchange } from '../demo/traffic.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP port has a number.')
  return `http://127.0.0.1:${address.port}`
}

const json = (body: unknown, init: ResponseInit = {}): Response => Response.json(body, init)
const ORIGIN = 'http://127.0.0.1:4000'
const TICKET = { id: 1, createdAt: '2026-11-20T10:00:00.000Z' }

describe('recordedTraffic', () => {
  it('has an answer for every request', () => {
    expect(recordedTraffic().filter(({ answer }) => answer === undefined)).toEqual([])
  })

  it('visits every route, signs in, pays and runs each script', () => {
    const text = JSON.stringify(recordedTraffic())

    for (const part of [
      '"path":"/"',
      '/tickets/',
      '/api/tickets',
      '/api/comments',
      '/api/customers',
      '/api/reports',
      '/api/export',
      '/api/health',
      '/api/auth/session',
      '"signIn"',
      '"signature":"bad"',
      'prisma/seed.mjs',
      'close-stale-tickets',
      'send-notifications',
      'tickets.test.mjs',
    ]) {
      expect(text).toContain(part)
    }
  })
})

describe('answerOf', () => {
  it('reads two answers alike that differ in their times and their place only', async () => {
    const other = 'http://127.0.0.1:5000'

    const one = await answerOf(json({ ...TICKET, url: `${ORIGIN}/x` }), ORIGIN)
    const two = await answerOf(
      json({ id: 1, createdAt: '2027-01-01T00:00:00.123Z', url: `${other}/x` }),
      other,
    )

    expect(one).toEqual(two)
  })

  it.each([
    ['another status', json(TICKET, { status: 201 })],
    ['another body', json({ ...TICKET, id: 2 })],
    ['a missing member', json({ id: 1 })],
    ['another type', new Response(JSON.stringify(TICKET))],
    ['another cookie', json(TICKET, { headers: { 'set-cookie': 'session=1' } })],
    ['another place to go', json(TICKET, { headers: { location: '/elsewhere' } })],
  ])('tells %s', async (_, response) => {
    const expected = await answerOf(json(TICKET), ORIGIN)

    expect(await answerOf(response, ORIGIN)).not.toEqual(expected)
  })

  it('reads what a visitor sees of a page, and not the names of its scripts', async () => {
    const page = (script: string, ticket: string): Response =>
      new Response(
        `<html><body><main><h1>${ticket}</h1><!-- --> open</main><script src="${script}"></script></body></html>`,
        { headers: { 'content-type': 'text/html; charset=utf-8' } },
      )
    const read = (response: Response) => answerOf(response, ORIGIN)

    expect(await read(page('/a1.js', 'Fire'))).toEqual(await read(page('/b2.js', 'Fire')))
    expect(await read(page('/a1.js', 'Fire'))).not.toEqual(await read(page('/a1.js', 'Flood')))
  })
})

describe('replay', () => {
  const traffic: readonly Exchange[] = [
    { name: 'counts', visitor: 'Rosa', request: { path: '/' } },
    { name: 'counts again', visitor: 'Rosa', request: { path: '/' } },
    { name: 'counts for another', visitor: 'Agnes', request: { path: '/' } },
  ]

  // Counts the visits of each visitor in a cookie.
  const counting: RequestListener = (request, response) => {
    const count = Number(/count=(\d+)/.exec(request.headers.cookie ?? '')?.[1] ?? 0) + 1
    response.setHeader('set-cookie', `count=${count}; Path=/`).end(`visit ${count}`)
  }

  it('keeps the cookies of each visitor', async () => {
    const url = await serve(counting)

    const given = await replay(traffic, { folder: '.', url, databaseUrl: '' })

    expect(given.map(({ answer }) => answer)).toMatchObject([
      { body: 'visit 1' },
      { body: 'visit 2' },
      { body: 'visit 1' },
    ])
  })

  it('finds the answer that has changed since it was recorded, and no other', async () => {
    const before = await serve(counting)
    const after = await serve((request, response) => {
      if (request.headers.cookie?.includes('count=1')) response.statusCode = 500
      counting(request, response)
    })
    const recorded = await replay(traffic, { folder: '.', url: before, databaseUrl: '' })

    const given = await replay(traffic, { folder: '.', url: after, databaseUrl: '' })

    expect(differencesOf(recorded, recorded)).toEqual([])
    expect(differencesOf(recorded, given).map(({ name }) => name)).toEqual(['counts again'])
  })

  it('tells a program that fails', async () => {
    const programs: readonly Exchange[] = [
      { name: 'prints', request: { run: ['-e', 'console.log(1)'] } },
      { name: 'fails', request: { run: ['-e', 'process.exit(3)'] } },
    ]

    const given = await replay(programs, { folder: '.', url: '', databaseUrl: '' })

    expect(given.map(({ answer }) => answer)).toEqual([
      { code: 0, stdout: '1\n' },
      { code: 3, stdout: '' },
    ])
  })
})
