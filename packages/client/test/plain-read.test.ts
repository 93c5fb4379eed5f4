import { describe, expect, it } from 'vitest'
import { isPlainRead } from '../src/plain-read.ts'

describe('isPlainRead', () => {
  it.each([
    [
      'a row by its key',
      'SELECT "public"."User"."id" FROM "public"."User" WHERE ("public"."User"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3',
    ],
    ['a list of values', 'SELECT "t"."id" FROM "t" WHERE "t"."id" IN ($1,$2,$3)'],
    [
      'an aggregate',
      'SELECT COUNT(*), SUM("t"."n"), COALESCE(MAX("t"."n"), 0) FROM (SELECT "t"."n" FROM "t") AS "sub"',
    ],
    [
      'a relation in JSON',
      `SELECT COALESCE(JSONB_AGG("__prisma_data__"), '[]') AS "__prisma_data__" FROM (SELECT JSONB_BUILD_OBJECT('id', "t1"."id") FROM "t1") AS "t2"`,
    ],
    ['the names of MySQL', 'SELECT `db`.`User`.`id` FROM `db`.`User` WHERE `db`.`User`.`id` = ?'],
    [
      'the names of SQL Server',
      'SELECT [dbo].[User].[id] FROM [dbo].[User] WHERE [dbo].[User].[id] = @P1',
    ],
    ['comments', "/* first */ SELECT 1 -- and more\n /*route='%2Fusers',traceparent='00-1'*/"],
    ['a semicolon at the end', 'SELECT 1;'],
    ['a cast', 'SELECT "t"."kind"::text FROM "t"'],
    [
      'words of other statements in strings and names',
      `SELECT 'DELETE FOR (' AS "INTO (" FROM "for" AS "f"`,
    ],
  ])('knows %s', (_, sql) => {
    expect(isPlainRead(sql)).toBe(true)
  })

  it.each([
    ['nothing', ''],
    ['a comment', '-- SELECT 1'],
    ['an insert', 'INSERT INTO "t" ("n") VALUES ($1) RETURNING "n"'],
    ['an update', 'UPDATE "t" SET "n" = 1'],
    ['a write inside of WITH', 'WITH "gone" AS (DELETE FROM "t" RETURNING *) SELECT * FROM "gone"'],
    ['a table that SELECT makes', 'SELECT * INTO "copy" FROM "t"'],
    ['a lock', 'SELECT * FROM "t" FOR UPDATE'],
    ['a function', `SELECT nextval('s')`],
    ['a function with a blank', `SELECT nextval ('s')`],
    ['a function with a comment', `SELECT nextval/**/('s')`],
    ['a function with a quoted name', `SELECT "nextval"('s')`],
    ['a function of a schema', `SELECT pg_catalog."pg_notify"('a', 'b')`],
    ['a function of MySQL', 'SELECT `f`()'],
    ['a function of SQL Server', 'SELECT [dbo].[f]()'],
    ['a second statement', 'SELECT 1; DELETE FROM "t"'],
    ['a dollar quote', 'SELECT $$ a $$'],
    ['a dollar quote with a tag', 'SELECT $a$ b $a$'],
    [
      'a backslash, which ends a string in one database and not in another',
      String.raw`SELECT 'a\' || nextval('s') || '`,
    ],
    ['a string without an end', `SELECT 'a`],
    ['a name without an end', 'SELECT "a'],
    ['a comment that MySQL executes', 'SELECT 1 /*!; DELETE FROM `t` */'],
    ['a comment without an end', 'SELECT 1 /* a'],
  ])('does not take %s for one', (_, sql) => {
    expect(isPlainRead(sql)).toBe(false)
  })
})
