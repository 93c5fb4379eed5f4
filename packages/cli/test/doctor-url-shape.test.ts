import { describe, expect, it } from 'vitest'
import { readEnvSettings } from '../src/doctor/env-settings.ts'
import { urlShapeOf } from '../src/doctor/url-shape.ts'
import { plant } from './project-fixture.ts'

describe('urlShapeOf', () => {
  it.each<[url: string, sign: string | undefined]>([
    ['postgresql://a:b@db.example.com:5432/shop?pgbouncer=true', '`pgbouncer=true`'],
    ['postgres://a:b@ep-1-pooler.eu.aws.neon.tech/shop', 'a host name with `-pooler`'],
    ['postgres://a:b@pooled.db.prisma.io:5432/?sslmode=require', 'the host `pooled.db.prisma.io`'],
    ['postgres://a:b@aws-0-eu.pooler.supabase.com:6543/postgres', 'port 6543'],
    ['postgres://a:b@aws-0-eu.pooler.supabase.com:5432/postgres', undefined],
    ['postgres://a:b@ep-1.eu.aws.neon.tech/shop', undefined],
    ['postgres://a:b@db.example.com/my-pooler.db?pgbouncer=false', undefined],
    ['postgres://a:x-pooler.y@db.example.com:5432/shop', undefined],
    ['postgres://a:b@db.example.com:5432/shop?application_name=6543', undefined],
  ])('sees of %s that %s', (url, sign) => {
    expect(urlShapeOf(url)?.pooler).toBe(sign)
  })

  it.each<[url: string, isLocal: boolean]>([
    ['postgresql://postgres@localhost:5432/shop', true],
    ['postgresql://127.0.0.1/shop', true],
    ['postgresql://a:b@[::1]:5432/shop', true],
    ['postgresql://a:b@postgres:5432/shop', true],
    ['postgresql:///shop?host=/var/run', true],
    ['postgresql://a:b@db.example.com/shop', false],
    ['postgresql://a:p@localhost@db.example.com/shop', false],
  ])('says whether %s is this machine: %s', (url, isLocal) => {
    expect(urlShapeOf(url)?.isLocal).toBe(isLocal)
  })

  it.each<[url: string, isAccelerate: boolean]>([
    ['prisma://accelerate.prisma-data.net/?api_key=x', true],
    ['prisma+postgres://accelerate.prisma-data.net/?api_key=x', true],
    ['prisma+postgres://localhost:51213/?api_key=x', false],
    ['postgres://a:b@db.prisma.io:5432/', false],
  ])('says whether %s is hosted Accelerate: %s', (url, isAccelerate) => {
    expect(urlShapeOf(url)?.isAccelerate).toBe(isAccelerate)
  })

  it('reads placeholders, as they stand in examples', () => {
    const shape = urlShapeOf('postgresql://USER:PASSWORD@HOST.example:PORT/DB?schema=shop&x=1#end')

    expect(shape?.scheme).toBe('postgresql')
    expect([...(shape?.parameters ?? [])]).toEqual([
      ['schema', 'shop'],
      ['x', '1'],
    ])
  })

  it.each(['', 'file:./dev.db', 'https://example.com', 'postgres', 'redis://localhost'])(
    'takes %j for no connection string',
    (text) => {
      expect(urlShapeOf(text)).toBeUndefined()
    },
  )
})

describe('readEnvSettings', () => {
  it('reads what env files, compose files and Dockerfiles set', () => {
    const root = plant({
      '.env': `# NOT=1\nA=1\nexport B="two # words"\nC='x' # a comment\nD=four # words\n  E = 5\nnot a setting\n=F\n`,
      '.env.local': 'G=1\n',
      '.env.production': 'H=1\n',
      'env.example': 'I=1\n',
      'compose.prod.yml':
        'services:\n  app:\n    image: x\n    environment:\n      - J=1\n      K: "2"\n',
      Dockerfile: 'FROM node:22\nENV L=1\nARG M 2\nRUN N=1 node x\n',
      'app/.env': 'O=1\n',
      'environment.ts': 'P=1\n',
    })

    const settings = readEnvSettings(root, ['', 'app', '', 'missing'])
    const found = settings.map(({ path, line, name, value }) => `${path}:${line} ${name}=${value}`)

    expect(found).toEqual([
      '.env:2 A=1',
      '.env:3 B=two # words',
      '.env:4 C=x',
      '.env:5 D=four',
      '.env:6 E=5',
      '.env.local:1 G=1',
      '.env.production:1 H=1',
      'Dockerfile:2 L=1',
      'Dockerfile:3 M=2',
      'compose.prod.yml:5 J=1',
      'compose.prod.yml:6 K=2',
      'env.example:1 I=1',
      'app/.env:1 O=1',
    ])
    expect(settings.filter(({ isLocal }) => isLocal).map(({ name }) => name)).toEqual(['G'])
  })
})
