import { describe, expect, it } from 'vitest'
import { listFiles } from '../src/project/file-list.ts'
import { readProject } from '../src/project/read-project.ts'
import { scan } from '../src/scan/scan.ts'
import { plant } from './project-fixture.ts'

async function sitesOf(program: string): Promise<string[]> {
  const root = plant({ 'src/a.ts': program })
  const files = await listFiles(root)
  const { modules } = scan(readProject(root, files), files)
  return modules.flatMap(({ sites }) =>
    sites.map(({ site, verdict }) => `${site.kind} ${verdict.decision}`),
  )
}

describe('scan of clients that are not generated yet', () => {
  it.each(['../database/client', '@/database', '~/db/client', '#db', '$lib/db'])(
    'takes a class called PrismaClient from %s, where no file is, for one',
    async (specifier) => {
      const sites = await sitesOf(
        `import { PrismaClient } from '${specifier}'\nconst prisma = new PrismaClient()\nprisma.user.count()\n`,
      )

      expect(sites).toEqual(['new rewrite'])
    },
  )

  it('takes no class of a package for one', async () => {
    const sites = await sitesOf(
      `import { PrismaClient } from 'fake-prisma'\nexport const prisma = new PrismaClient()\n`,
    )

    expect(sites).toEqual([])
  })

  it('takes no class of another name for one', async () => {
    const sites = await sitesOf(
      `import { Client } from '../database/client'\nexport const prisma = new Client()\n`,
    )

    expect(sites).toEqual([])
  })
})
