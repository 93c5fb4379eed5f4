import { describe, expect, it } from 'vitest'
import { migrate } from './migration-fixture.ts'

interface Format {
  readonly name: string
  readonly before: string
  readonly after: string
}

const FORMATS: readonly Format[] = [
  {
    name: 'lines that end as on Windows',
    before:
      'import { PrismaClient, Role } from "@prisma/client";\r\n\r\nconst prisma = new PrismaClient();\r\nexport const f = () => prisma.user.findMany(Role);\r\n',
    after:
      'import { Role } from "@prisma/client";\r\nimport prisma from "./lib/prisma";\r\n\r\nexport const f = () => prisma.user.findMany(Role);\r\n',
  },
  {
    name: 'a byte order mark',
    before:
      '\uFEFFimport { PrismaClient } from "@prisma/client";\nconst prisma = new PrismaClient();\nexport const f = () => prisma.user.findMany();\n',
    after:
      '\uFEFFimport prisma from "./lib/prisma";\nexport const f = () => prisma.user.findMany();\n',
  },
  {
    name: 'a byte order mark in front of the client',
    before:
      '\uFEFFconst prisma = new PrismaClient()\nimport { PrismaClient } from "@prisma/client"\nexport const f = () => prisma.user.findMany()\n',
    after:
      '\uFEFFimport prisma from "./lib/prisma"\nexport const f = () => prisma.user.findMany()\n',
  },
  {
    name: 'characters of two units on the line of the client',
    before:
      'const flags = "👩‍👩‍👧"; import { PrismaClient } from "@prisma/client"; const prisma = new PrismaClient(); // 🎉\nexport const f = () => prisma.user.findMany();\n',
    after:
      'const flags = "👩‍👩‍👧"; import prisma from "./lib/prisma"; // 🎉\nexport const f = () => prisma.user.findMany();\n',
  },
  {
    name: 'a text without an end of its last line',
    before:
      "import { PrismaClient } from '@prisma/client'\nexport const f = () => prisma.user.findMany()\nconst prisma = new PrismaClient()",
    after: "import prisma from './lib/prisma'\nexport const f = () => prisma.user.findMany()\n",
  },
  {
    name: 'tabs',
    before:
      "import { PrismaClient } from '@prisma/client';\n\nexport async function f() {\n\tconst prisma = new PrismaClient();\n\n\treturn prisma.user.count();\n}\n",
    after:
      "import prisma from './lib/prisma';\n\nexport async function f() {\n\n\treturn prisma.user.count();\n}\n",
  },
]

describe('planMigration', () => {
  it.each(FORMATS)('leaves $name', async ({ before, after }) => {
    const { changes, again } = await migrate({ 'src/module.ts': before })

    expect(changes['src/module.ts']).toBe(after)
    expect(again).toEqual([])
  })
})
