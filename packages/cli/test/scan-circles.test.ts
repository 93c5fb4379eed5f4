import { describe, expect, it } from 'vitest'
import { listFiles } from '../src/project/file-list.ts'
import { readProject } from '../src/project/read-project.ts'
import { scan } from '../src/scan/scan.ts'
import { plant, type Tree } from './project-fixture.ts'

/** The sites that a scan finds, as `path kind`. */
async function sitesOf(tree: Tree): Promise<string[]> {
  const root = plant(tree)
  const files = await listFiles(root)
  return scan(readProject(root, files), files).modules.flatMap(({ path, sites }) =>
    sites.map(({ site }) => `${path} ${site.kind}`),
  )
}

describe('scan of what leads in a circle', () => {
  it('finds what comes through a barrel that a module it hands on has asked before', async () => {
    const sites = await sitesOf({
      'src/a-client.ts': `import { PrismaClient } from '@prisma/client'
import { Base } from './index'
export class Database extends PrismaClient {}
export const other = new Base()
`,
      'src/index.ts': `export * from './a-client'
export { Base } from './base'
`,
      'src/base.ts': `export class Base {}
`,
      'src/z-route.ts': `import { Database } from './index'
export const own = new Database()
`,
    })

    expect(sites).toContain('src/a-client.ts extends')
    expect(sites).toContain('src/z-route.ts new')
  })

  it('follows a class under another name through a barrel that nobody asked', async () => {
    const sites = await sitesOf({
      'lib/database.ts': `import { PrismaClient } from '@prisma/client'
export class Database extends PrismaClient {}
`,
      'lib/index.ts': `export * from './database'
`,
      'route.ts': `import { Database } from './lib'
export const own = new Database()
`,
    })

    expect(sites).toEqual(['lib/database.ts extends', 'route.ts new'])
  })

  it('ends where barrels hand on each other', async () => {
    const sites = await sitesOf({
      'a.ts': `export * from './b'\nexport * from '@prisma/client'\n`,
      'b.ts': `export * from './c'\n`,
      'c.ts': `export * from './a'\n`,
      'use.ts': `import { PrismaClient } from './b'\nconst prisma = new PrismaClient()\nprisma.user.count()\n`,
    })

    expect(sites).toContain('use.ts new')
  })

  it('ends where names are each other', async () => {
    const sites = await sitesOf({
      'a.ts': `import { PrismaClient } from '@prisma/client'
const one = other, other = one
one.prisma = new PrismaClient()
`,
    })

    expect(sites).toEqual(['a.ts new'])
  })
})
