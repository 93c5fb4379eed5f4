import { describe, expect, it } from 'vitest'
import { isPrismaSql } from '../src/prisma-sql.ts'

const USER = '"public"."User"'

describe('isPrismaSql', () => {
  it.each([
    [
      `SELECT ${USER}."id", ${USER}."name" FROM ${USER} WHERE (${USER}."id" = $1 AND 1=1) LIMIT $2 OFFSET $3`,
    ],
    [
      `SELECT ${USER}."id", ${USER}."role"::text, ${USER}."roles"::text[] FROM ${USER} WHERE 1=1 OFFSET $1`,
    ],
    [
      `SELECT COUNT(*) AS "_count$_all" FROM (SELECT ${USER}."id" FROM ${USER} WHERE 1=1 OFFSET $1) AS "sub"`,
    ],
    [
      `SELECT ${USER}."id" FROM ${USER} WHERE ${USER}."name" ILIKE ('%' || $1 || '%') ORDER BY ${USER}."id" DESC`,
    ],
    [
      `SELECT ${USER}."id" FROM ${USER} WHERE (${USER}."data"#>ARRAY[$1]::text[])::jsonb::jsonb = $2 OFFSET $3`,
    ],
    [
      `SELECT ${USER}."id" FROM ${USER} WHERE (NOT EXISTS(SELECT "t0"."userId" FROM "public"."Post" AS "t0" WHERE ("t0"."title" <> $1 AND "t0"."userId" IS NOT NULL)))`,
    ],
    [
      `SELECT "t0"."id", "User_posts"."__prisma_data__" AS "posts" FROM ${USER} AS "t0" LEFT JOIN LATERAL (SELECT COALESCE(JSONB_AGG("__prisma_data__"), '[]') AS "__prisma_data__" FROM (SELECT "t1".* FROM "public"."Post" AS "t1" WHERE "t0"."id" = "t1"."userId" /* root select */) AS "t2" /* inner select */) AS "User_posts" ON true WHERE "t0"."id" = $1`,
    ],
    [
      `INSERT INTO ${USER} ("name","role") VALUES ($1,CAST($2::text AS "public"."Role")) RETURNING ${USER}."id"`,
    ],
    [
      `INSERT INTO ${USER} ("name") VALUES ($1), ($2) ON CONFLICT ("name") DO UPDATE SET "name" = $3 WHERE (${USER}."name" = $4 AND 1=1)`,
    ],
    [`INSERT INTO ${USER} DEFAULT VALUES RETURNING ${USER}."id"`],
    [
      `UPDATE ${USER} SET "total" = (${USER}."total" / $1), "tags" = ${USER}."tags" || $2 WHERE (${USER}."id" = $3 AND 1=1)`,
    ],
    [`DELETE FROM ${USER} WHERE 1=1`],
  ])('knows what Prisma writes: %s', (sql) => {
    expect(isPrismaSql(sql)).toBe(true)
  })

  it.each([
    ['of another style', 'select * from "public"."User" where id = $1'],
    ['on several lines', `SELECT ${USER}."id"\n  FROM ${USER}\n  WHERE ${USER}."id" = $1`],
    ['without a schema', 'SELECT "id" FROM "User" WHERE "id" = $1'],
    ['with names as they are', `SELECT ${USER}.id FROM ${USER} WHERE id = $1`],
    ['of no table', 'SELECT $1::text'],
    ['of two statements', `DELETE FROM ${USER} WHERE 1=1; SELECT 1`],
    ['with a comment', `SELECT ${USER}."id" FROM ${USER} /* of mine */`],
    ['with a comment in capitals', `SELECT ${USER}."id" FROM ${USER} /* OF MINE */`],
    ['with a comment at its end', `SELECT ${USER}."id" FROM ${USER} /*route='%2F'*/`],
    ['with a comment to the end of a line', `SELECT ${USER}."id" FROM ${USER} -- mine`],
    ['of another verb', `WITH "x" AS (SELECT ${USER}."id" FROM ${USER}) SELECT 1 FROM "x"`],
    ['that changes the schema', `ALTER TABLE ${USER} ADD "x" TEXT`],
    ['that begins a transaction', 'BEGIN'],
    ['of a session', 'DISCARD ALL'],
    ['that is nothing', ''],
    [
      'that is very long',
      `SELECT ${USER}."id" FROM ${USER} WHERE ${USER}."id" IN (${'$1,'.repeat(3_000)}$2)`,
    ],
  ])('leaves alone what is %s', (_, sql) => {
    expect(isPrismaSql(sql)).toBe(false)
  })

  it.each([
    ['"'.repeat(8_000)],
    [`"${'a'.repeat(8_000)}`],
    ['/'.repeat(8_000)],
    ["'".repeat(7_999)],
  ])('takes no time over a text that nearly fits', (tail) => {
    const sql = `SELECT ${USER}."id" FROM ${USER} WHERE ${tail}`.slice(0, 8_191)

    const startedAt = performance.now()
    isPrismaSql(`${sql}~`)

    // It is a matter of microseconds, and of hours where the time grows with the square or worse.
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})
