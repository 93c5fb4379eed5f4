import { describe, expect, it } from 'vitest'
import { projectOf } from './project-fixture.ts'

const DATASOURCE = 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n'
const CLIENT = 'generator client {\n  provider = "prisma-client-js"\n}\n'

describe('readProject: generators', () => {
  it('reads all that a generator says, with its datasource', async () => {
    const project = await projectOf({
      'prisma/schema.prisma': `${DATASOURCE}
        generator client {
          provider        = "prisma-client" // the new one
          output          = "../src/generated/prisma"
          moduleFormat    = "esm"
          engineType      = "client"
          previewFeatures = ["views", // not yet
                             "metrics"]
        }`,
    })

    expect(project.generators).toEqual([
      {
        schemaPath: 'prisma/schema.prisma',
        name: 'client',
        provider: 'prisma-client',
        output: 'src/generated/prisma',
        moduleFormat: 'esm',
        engineType: 'client',
        previewFeatures: ['views', 'metrics'],
        datasource: { provider: 'postgresql', urlVariable: 'DATABASE_URL' },
      },
    ])
  })

  it('passes over comments, strings, models and generators of other things', async () => {
    const project = await projectOf({
      'schema.prisma': `
        // generator a { provider = "prisma-client" }
        /* generator b {
             provider = "prisma-client"
           } */
        generator zod { provider = "zod-prisma" }
        model generator { id Int @default(dbgenerated("generator c {")) }
        generator client { provider = "prisma-client-js" /// output = "nowhere"
          binaryTargets = ["native"] }`,
    })

    expect(project.generators.map(({ name, output }) => [name, output])).toEqual([
      ['client', undefined],
    ])
  })

  it('reads line ends of Windows and a byte order mark', async () => {
    const project = await projectOf({
      'prisma/schema.prisma': `\uFEFF${CLIENT}${DATASOURCE}`.replaceAll('\n', '\r\n'),
    })

    expect(project.generators).toMatchObject([
      { name: 'client', datasource: { provider: 'postgresql' } },
    ])
  })

  it('takes the default folder in node_modules for no output', async () => {
    const project = await projectOf({
      'prisma/schema.prisma':
        'generator a {\n provider = "prisma-client-js"\n output = "../node_modules/.prisma/client"\n}',
    })

    expect(project.generators[0]?.output).toBeUndefined()
  })

  it('reads two clients of two schemas, each with its own datasource', async () => {
    const project = await projectOf({
      'prisma/main.prisma': `${CLIENT}${DATASOURCE}`,
      'prisma/logs.prisma':
        'generator logs {\n provider = "prisma-client-js"\n output = "../generated/logs"\n}\ndatasource db {\n provider = "mysql"\n url = env("LOGS_URL")\n}',
    })

    expect(project.generators.map(({ name, datasource }) => [name, datasource?.provider])).toEqual([
      ['logs', 'mysql'],
      ['client', 'postgresql'],
    ])
  })

  it('finds the datasource in another file of a schema folder', async () => {
    const project = await projectOf({
      'prisma/schema/base/generator.prisma': CLIENT,
      'prisma/schema/db.prisma': DATASOURCE,
      'prisma/schema/models/user.prisma': 'model User { id Int @id }',
    })

    expect(project.generators).toMatchObject([{ datasource: { urlVariable: 'DATABASE_URL' } }])
  })

  it('puts the generators first of the schema that package.json names', async () => {
    const project = await projectOf({
      'package.json': { prisma: { schema: 'db/my.prisma' } },
      'db/my.prisma': CLIENT.replace('client', 'mine'),
      'docs/example/schema.prisma': CLIENT.replace('client', 'documented'),
      'prisma/schema.prisma': CLIENT.replace('client', 'usual'),
    })

    expect(project.generators.map(({ name }) => name)).toEqual(['mine', 'usual', 'documented'])
  })

  it('survives a schema that ends too early', async () => {
    const project = await projectOf({
      'a.prisma': 'generator client { provider = "prisma-client" output = ',
      'b.prisma': 'generator',
      'c.prisma': 'generator x { previewFeatures = ["a", ',
    })

    expect(project.generators).toMatchObject([{ name: 'client', output: undefined }])
  })
})

describe('readProject: prisma.config', () => {
  const schema = { 'db/schema/a.prisma': `${CLIENT}datasource db {\n provider = "sqlite"\n}` }

  it.each([
    [
      'the form of the documentation',
      'prisma.config.ts',
      "import { defineConfig, env } from 'prisma/config'\nexport default defineConfig({ schema: 'db/schema', datasource: { url: env('DB_URL') } })",
    ],
    [
      'types around it',
      'prisma.config.ts',
      "export default { schema: path.join('db', 'schema'), datasource: { url: process.env.DB_URL! } } satisfies PrismaConfig",
    ],
    [
      'a variable',
      'prisma.config.mjs',
      "const config = { schema: `./db/schema/`, 'datasource': { url: process.env['DB_URL'] ?? '' } }\nexport default config",
    ],
    [
      'CommonJS',
      'prisma.config.js',
      "module.exports = defineConfig({ schema: path.resolve(__dirname, 'db/' + 'schema'), datasource: { url: env('DB_URL') } })",
    ],
    [
      'the folder for configuration',
      '.config/prisma.ts',
      "export default defineConfig({ schema: join(import.meta.dirname, '..', 'db', 'schema'), datasource: { url: process.env.DIRECT_URL ?? process.env.DB_URL } })",
    ],
  ])('reads %s', async (_, path, text) => {
    const project = await projectOf({
      ...schema,
      'prisma/schema.prisma': CLIENT.replace('client', 'other'),
      [path]: text,
    })

    expect(project.generators.map(({ name }) => name)).toEqual(['client', 'other'])
    expect(project.generators[0]?.datasource).toEqual({ provider: 'sqlite', urlVariable: 'DB_URL' })
    expect(project.problems).toEqual([])
  })

  it('speaks for the schemas of its folder where it names none', async () => {
    const project = await projectOf({
      'packages/a/prisma.config.ts':
        "export default defineConfig({ datasource: { url: env('A_URL') } })",
      'packages/a/prisma/schema.prisma': `${CLIENT}datasource db {\n provider = "sqlite"\n}`,
      'packages/b/prisma/schema.prisma': `${CLIENT}datasource db {\n provider = "sqlite"\n}`,
    })

    expect(project.generators.map(({ datasource }) => datasource?.urlVariable)).toEqual([
      'A_URL',
      undefined,
    ])
  })

  it('makes one that does not parse a problem', async () => {
    const project = await projectOf({ 'prisma.config.ts': 'export default {' })

    expect(project.problems).toMatchObject([
      { code: 'PRISMA_CONFIG_INVALID', path: 'prisma.config.ts' },
    ])
  })

  it('takes nothing from what only running it could tell', async () => {
    const project = await projectOf({
      ...schema,
      'prisma.config.ts': 'export default defineConfig({ schema: findSchema(), ...more })',
    })

    expect(project.generators).toMatchObject([{ datasource: { urlVariable: undefined } }])
  })
})
