import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oneprisma-copies-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs a module in a process of its own, beside two copies of the built package. */
function run(source: string, ...flags: string[]): unknown {
  for (const copy of ['one', 'two']) cpSync(dist, join(folder, copy), { recursive: true })
  const child = spawnSync(
    process.execPath,
    [
      ...flags,
      '--input-type=module',
      '--eval',
      `import { createRequire } from 'node:module'
      const require = createRequire('${folder}/noop.js')\n${source}`,
    ],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, VITEST: '', JEST_WORKER_ID: '' } },
  )
  expect(child.stderr).toBe('')
  return JSON.parse(child.stdout)
}

describe('two copies of the package in one process', () => {
  it('share one client, be they imported or required', () => {
    expect(
      run(`
        const one = await import('${folder}/one/index.js')
        const two = require('${folder}/two/index.cjs')
        let created = 0
        const create = () => ({ _engineConfig: { inlineSchema: 's' }, no: ++created })
        const [a, b] = [one.sharePrisma(create), two.sharePrisma(create)]
        console.log(JSON.stringify({
          copies: one.sharePrisma !== two.sharePrisma,
          same: [a.no, b.no],
          seen: [one.status(b).generation, two.status(a).generation, two.statusAll().length],
        }))`),
    ).toEqual({ copies: true, same: [1, 1], seen: [1, 1, 1] })
  })

  it('hand the client over when one of them brings a new schema', () => {
    expect(
      run(`
        const one = await import('${folder}/one/index.js')
        const two = require('${folder}/two/index.cjs')
        let closed = 0
        const create = (schema) => () => ({
          _engineConfig: { inlineSchema: schema }, schema, $disconnect: async () => { closed++ },
        })
        const [a, b] = [one.sharePrisma(create('old')), two.sharePrisma(create('new'))]
        const before = a.schema
        const during = b.schema
        await new Promise((resolve) => setImmediate(resolve))
        console.log(JSON.stringify({ before, during, after: a.schema, closed }))`),
    ).toEqual({ before: 'old', during: 'new', after: 'new', closed: 1 })
  })

  it('know the errors of one another', () => {
    expect(
      run(`
        const one = await import('${folder}/one/index.js')
        const two = require('${folder}/two/index.cjs')
        const pg = require('${folder}/two/pg.cjs')
        const shared = one.sharePrisma(() => pg.pgPool(undefined))
        let error
        try { shared.config } catch (caught) { error = caught }
        console.log(JSON.stringify({
          foreign: error instanceof one.OnePrismaError,
          known: [one.isOnePrismaError(error, 'CONNECTION_STRING_MISSING'), two.isOnePrismaError(error)],
        }))`),
    ).toEqual({ foreign: false, known: [true, true] })
  })

  it('run the code of the one that was used first', () => {
    expect(
      run(`
        const one = await import('${folder}/one/index.js')
        const two = require('${folder}/two/index.cjs')
        const errorOf = (share) => {
          try { share('no function') } catch (error) { return error }
        }
        two.sharePrisma(() => ({}))
        console.log(JSON.stringify([
          errorOf(one.sharePrisma) instanceof two.OnePrismaError,
          errorOf(two.sharePrisma) instanceof two.OnePrismaError,
          errorOf(one.sharePrisma).code,
        ]))`),
    ).toEqual([true, true, 'INVALID_OPTION'])
  })

  it('see the request context of one another', () => {
    expect(
      run(`
        const one = await import('${folder}/one/context.js')
        const two = require('${folder}/two/context.cjs')
        const seen = await one.withRequestContext({ requestId: 'a', tags: { one: '1' } }, () =>
          two.withRequestContext({ tags: { two: '2' } }, async () => {
            await null
            return [one.requestContext(), two.requestContext()]
          }))
        console.log(JSON.stringify({
          copies: one.withRequestContext !== two.withRequestContext,
          seen,
          after: [one.requestContext() ?? null, two.requestContext() ?? null],
        }))`),
    ).toEqual({
      copies: true,
      seen: Array.from({ length: 2 }, () => ({ requestId: 'a', tags: { one: '1', two: '2' } })),
      after: [null, null],
    })
  })

  it('name the place of the call, whichever copy it was made to', () => {
    expect(
      run(`
        const one = await import('${folder}/one/index.js')
        const two = require('${folder}/two/index.cjs')
        one.sharePrisma(() => ({}), { name: 'first' })
        const second = two.sharePrisma(() => ({ no: 1 }), { name: 'second' })
        second.no
        console.log(JSON.stringify(two.status(second).createdBy.replace(/:[0-9]+$/, '')))`),
    ).toMatch(/\[eval1\]:\d+$/)
  })
})

describe('importing the package', () => {
  it('adds no listener, no timer and no handle, and reads no environment', () => {
    expect(
      run(`
        const reads = []
        process.env = new Proxy(process.env, { get: (env, name) => (reads.push(name), env[name]) })
        const before = process.eventNames().length
        const one = await import('${folder}/one/index.js')
        const pg = await import('${folder}/one/pg.js')
        one.sharePrisma(() => new Map())
        console.log(JSON.stringify({
          listeners: process.eventNames().length - before,
          timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
          reads: reads.filter((name) => typeof name === 'string' && !/^(NODE|WATCH)_/.test(name)),
          client: one.status(one.sharePrisma(() => new Map())).state,
        }))`),
    ).toEqual({ listeners: 0, timers: 0, reads: [], client: 'idle' })
  })
})

describe('a worker thread', () => {
  it('has a client of its own, for it has a globalThis of its own', () => {
    expect(
      run(`
        const { Worker } = require('node:worker_threads')
        const { sharePrisma, status } = await import('${folder}/one/index.js')
        const create = () => ({ thread: 'main' })
        const prisma = sharePrisma(create)
        const main = [prisma.thread, status(prisma).runtime]
        const worker = new Worker(\`
          const { parentPort } = require('node:worker_threads')
          const { sharePrisma, status } = require('${folder}/one/index.cjs')
          const { pgPool } = require('${folder}/one/pg.cjs')
          const prisma = sharePrisma(() => ({ thread: 'worker' }))
          const { application_name, max } = pgPool('postgres://h/d', { app: 'a', release: 'r' }).config
          parentPort.postMessage([prisma.thread, status(prisma).runtime, application_name, max])\`, { eval: true, execArgv: [] })
        const inWorker = await new Promise((resolve) => worker.once('message', resolve))
        await worker.terminate()
        inWorker[2] = inWorker[2].replace(String(process.pid), 'PID')
        console.log(JSON.stringify({ main, inWorker }))`),
    ).toEqual({
      main: ['main', 'server'],
      inWorker: ['worker', 'worker-thread', 'a@r#PID.1', 3],
    })
  })
})

describe('the package where there is no Node.js', () => {
  it.each(['browser', 'edge-light', 'workerd'])(
    'cannot be resolved, and says why: %s',
    (condition) => {
      const child = spawnSync(
        process.execPath,
        ['--conditions', condition, '--eval', `import('@oneprisma/client')`],
        { cwd: fileURLToPath(new URL('..', import.meta.url)), encoding: 'utf8' },
      )

      expect(child.status).toBe(1)
      expect(child.stderr).toContain('UNSUPPORTED_RUNTIME')
      expect(child.stderr).toContain('import it only from code for Node.js')
    },
  )

  it('fails the build of a bundle for a browser, and says why', async () => {
    const building = build({
      stdin: {
        contents: `import { sharePrisma } from '@oneprisma/client'; sharePrisma(() => ({}))`,
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      },
      bundle: true,
      platform: 'browser',
      write: false,
      logLevel: 'silent',
    })

    await expect(building).rejects.toThrow(/UNSUPPORTED_RUNTIME - .* only from code for Node\.js/)
  })
})
