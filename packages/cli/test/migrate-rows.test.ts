import { describe, expect, it } from 'vitest'
import { migrate, readRows } from './migration-fixture.ts'

const FIXTURES = ['taxonomy', 'bindings', 'guards', 'holders', 'kept', 'specifiers', 'repositories']

describe.each(FIXTURES)('planMigration, rows of %s', (fixture) => {
  it.each(readRows(fixture))('$name', async ({ files, sites, changes }) => {
    const migrated = await migrate(files)

    expect(migrated.sites).toEqual(sites)
    expect(migrated.changes).toEqual(changes)
    expect(migrated.again).toEqual([])
  })
})
