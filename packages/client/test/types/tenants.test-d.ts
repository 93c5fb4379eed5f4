import { PrismaPg } from '@prisma/adapter-pg'
import { describe, expectTypeOf, it } from 'vitest'
import { pgPool } from '../../src/pg.ts'
import { shareTenants, type TenantLease, type Tenants } from '../../src/tenants.ts'
import { PrismaClient } from './generated/client.ts'

const tenants = shareTenants((tenant, { observe, max }) => {
  expectTypeOf(tenant).toEqualTypeOf<string>()
  const { config, options } = pgPool(`postgres://localhost/${tenant}`, { max })
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)) })
})

const extended = shareTenants(() =>
  new PrismaClient({ adapter: new PrismaPg('postgres://localhost/db') }).$extends({
    model: { user: { signUp: async (email: string) => email.length } },
  }),
)

describe('shareTenants', () => {
  it('has clients of the type that its callback returns', () => {
    expectTypeOf(tenants).toEqualTypeOf<Tenants<PrismaClient>>()
    expectTypeOf(tenants.lease('acme')).resolves.toEqualTypeOf<TenantLease<PrismaClient>>()
    expectTypeOf(
      extended.run('acme', (prisma) => prisma.user.signUp('a@b')),
    ).resolves.toEqualTypeOf<number>()
  })

  it('returns what a query resolves to, awaited', () => {
    expectTypeOf(tenants.run('acme', (prisma) => prisma.user.count())).toEqualTypeOf<
      Promise<number>
    >()
    expectTypeOf(tenants.run('acme', () => 'at once')).toEqualTypeOf<Promise<string>>()
  })
})
