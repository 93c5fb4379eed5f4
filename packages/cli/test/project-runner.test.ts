import { describe, expect, it } from 'vitest'
import { projectOf } from './project-fixture.ts'

describe('runnerOf by what a script says', () => {
  it.each([
    ['tsx prisma/seed.ts', 'prisma/seed.ts', 'tsx'],
    ['tsx watch --env-file=.env ./src/worker.ts', 'src/worker.ts', 'tsx'],
    ['node --import tsx src/worker.ts', 'src/worker.ts', 'tsx'],
    ['node --import=tsx/esm src/worker.ts', 'src/worker.ts', 'tsx'],
    ['dotenv -e .env -- npx tsx scripts/a', 'scripts/a.ts', 'tsx'],
    ['node scripts/x.mjs', 'scripts/x.mjs', 'node'],
    ['NODE_ENV=production node src/worker.js', 'src/worker.js', 'node'],
    ['node prisma/seed.mts', 'prisma/seed.mts', 'node'],
    [
      'ts-node --compiler-options {\\"module\\":\\"CommonJS\\"} prisma/seed.ts',
      'prisma/seed.ts',
      'ts-node',
    ],
    ['node -r ts-node/register src/worker.ts', 'src/worker.ts', 'ts-node'],
    ['tsnd --respawn src/worker.ts', 'src/worker.ts', 'ts-node'],
    ['nodemon src/worker.ts', 'src/worker.ts', 'ts-node'],
    ['nodemon src/worker.js', 'src/worker.js', 'node'],
    ["nodemon --exec 'tsx src/worker.ts'", 'src/worker.ts', 'tsx'],
    ['bun run src/worker.ts', 'src/worker.ts', 'bun'],
    ['bun src/worker.js', 'src/worker.js', 'bun'],
    ['node -r @swc-node/register src/worker.ts', 'src/worker.ts', 'swc'],
    ['esbuild src/worker.ts --bundle --platform=node', 'src/worker.ts', 'bundler'],
    ['prisma generate && cd scripts && ts-node a.ts', 'scripts/a.ts', 'ts-node'],
  ])('reads "%s"', async (script, path, runner) => {
    const project = await projectOf({
      'package.json': { scripts: { it: script }, dependencies: { next: '15' } },
      [path]: '',
    })

    expect(project.runnerOf(path)).toBe(runner)
  })

  it('does not take a script that only checks a file for one that runs it', async () => {
    const project = await projectOf({
      'package.json': { scripts: { lint: 'eslint src/a.ts' }, dependencies: { next: '15' } },
    })

    expect(project.runnerOf('src/a.ts')).toBe('bundler')
  })

  it('reads the seed command of package.json and of prisma.config', async () => {
    const byPackage = await projectOf({
      'package.json': { prisma: { seed: 'ts-node prisma/seed.ts' }, dependencies: { tsx: '4' } },
    })
    const byConfig = await projectOf({
      'package.json': { dependencies: { tsx: '4' } },
      'packages/db/prisma.config.ts':
        "export default defineConfig({ migrations: { seed: 'bun ./prisma/seed.ts' } })",
      '.config/prisma.ts':
        "export default defineConfig({ migrations: { seed: `node ${join(__dirname, '..', 'prisma', 'seed.mts')}` } })",
    })

    expect(byPackage.runnerOf('prisma/seed.ts')).toBe('ts-node')
    expect(byConfig.runnerOf('packages/db/prisma/seed.ts')).toBe('bun')
    expect(byConfig.runnerOf('prisma/seed.mts')).toBe('node')
  })

  it('reads the scripts of the root as well as those of the package', async () => {
    const project = await projectOf({
      'package.json': { scripts: { job: 'tsx apps/web/jobs/a.ts' } },
      'apps/web/package.json': { scripts: { other: 'ts-node jobs/b.ts' } },
    })

    expect(project.runnerOf('apps/web/jobs/a.ts')).toBe('tsx')
    expect(project.runnerOf('apps/web/jobs/b.ts')).toBe('ts-node')
  })
})

describe('runnerOf by where a file lies', () => {
  it.each([
    ['app/api/users/route.ts', 'bundler'],
    ['pages/api/users.js', 'bundler'],
    ['pages/api/seed.ts', 'bundler'],
    ['src/lib/db.mjs', 'bundler'],
    ['lib/prisma.ts', 'bundler'],
    ['auth.ts', 'bundler'],
    ['middleware.ts', 'bundler'],
    ['prisma/seed.ts', 'ts-node'],
    ['prisma/seed.js', 'node'],
    ['src/db/seed.ts', 'ts-node'],
    ['scripts/deep/a.ts', 'ts-node'],
    ['scripts/a.mjs', 'node'],
    ['server.js', 'node'],
    ['server.ts', 'ts-node'],
    ['workers/mail.ts', 'ts-node'],
    ['check.mjs', 'node'],
  ])('takes %s of a Next.js app for a file of %s', async (path, runner) => {
    const project = await projectOf({
      'package.json': { dependencies: { next: '15' }, devDependencies: { 'ts-node': '10' } },
    })

    expect(project.runnerOf(path)).toBe(runner)
  })

  it.each([
    ['tsx', { tsx: '4', 'ts-node': '10' }],
    ['ts-node', { 'ts-node': '10' }],
    ['bun', { '@types/bun': '1' }],
    ['tsx', {}],
  ])('runs a script of TypeScript with %s', async (runner, devDependencies) => {
    const project = await projectOf({ 'package.json': { devDependencies } })

    expect(project.runnerOf('scripts/a.ts')).toBe(runner)
  })

  it.each([
    ['swc', { build: 'tsc && tsc-alias', dev: 'tsx watch src/index.ts' }],
    ['swc', { build: 'swc src -d dist', start: 'npm run build && node dist/server.js' }],
    ['bundler', { build: 'tsup src/index.ts' }],
    ['tsc', { build: 'tsc -p .', dev: 'tsx watch src/main.ts', start: 'node dist/main.js' }],
    ['tsc', { build: 'nest build', start: 'nest start' }],
    ['tsx', { start: 'tsx src/main.ts', typecheck: 'tsc' }],
    ['ts-node', { dev: 'nodemon --exec ts-node src/main.ts' }],
    ['bun', { start: 'bun src/main.ts' }],
    ['tsc', {}],
  ])('finds %s in the scripts of a server', async (runner, scripts) => {
    const project = await projectOf({ 'package.json': { dependencies: { express: '4' }, scripts } })

    expect(project.runnerOf('src/services/users.ts')).toBe(runner)
  })

  it('leaves JavaScript to Node unless it is bundled', async () => {
    const plain = await projectOf({ 'package.json': { scripts: { build: 'tsc' } } })
    const bundled = await projectOf({ 'package.json': { scripts: { build: 'esbuild src/a.js' } } })

    expect(plain.runnerOf('src/b.js')).toBe('node')
    expect(bundled.runnerOf('src/b.js')).toBe('bundler')
  })

  it('takes the apps of an Nx workspace for bundled', async () => {
    const project = await projectOf({ 'package.json': { devDependencies: { nx: '20' } } })

    expect(project.runnerOf('apps/api/src/main.ts')).toBe('bundler')
    expect(project.runnerOf('prisma/seed.mjs')).toBe('node')
  })
})
