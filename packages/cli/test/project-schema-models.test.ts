import { describe, expect, it } from 'vitest'
import { readSchemaModels } from '../src/project/schema-models.ts'

const SCHEMA = `generator client {
  provider = "prisma-client"
}

/* model Hidden {
  id Int @id
} */
model Account {
  id                String  @id @default(cuid()) @map("account_id")
  userId            String  @map("user_id") // @unique
  provider          String  @default("a // b") @unique
  providerAccountId String? @db.VarChar(255)
  tags              String[]
  raw               Unsupported("geometry")?
  user              User    @relation(fields: [userId], references: [id])

  @@unique([provider, providerAccountId], map: "by_provider")
  @@index([userId(sort: Desc), id])
  @@index(fields: [providerAccountId])
  @@map("accounts")
  // @@index([provider])
}

model User {
  id Int @id
}
`

describe('readSchemaModels', () => {
  it('reads tables, columns and keys, without what is commented out', () => {
    const [account, user, ...others] = readSchemaModels(SCHEMA)

    expect(others).toEqual([])
    expect(account).toMatchObject({ name: 'Account', table: 'accounts', line: 8 })
    expect(account?.fields.map(({ name, column, line }) => `${name} ${column} ${line}`)).toEqual([
      'id account_id 9',
      'userId user_id 10',
      'provider provider 11',
      'providerAccountId providerAccountId 12',
      'tags tags 13',
      'raw raw 14',
      'user user 15',
    ])
    expect(account?.indexes).toEqual([
      { fields: ['id'], isUnique: true },
      { fields: ['provider'], isUnique: true },
      { fields: ['provider', 'providerAccountId'], isUnique: true },
      { fields: ['userId', 'id'], isUnique: false },
      { fields: ['providerAccountId'], isUnique: false },
    ])
    expect(user).toMatchObject({ name: 'User', table: 'User', line: 24 })
  })
})
