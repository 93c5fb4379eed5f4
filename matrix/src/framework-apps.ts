/** A small app of a framework, which answers `/api` with what `lib/prisma.ts` tells. */
export interface FrameworkApp {
  readonly name: string
  readonly title: string
  readonly dependencies: Readonly<Record<string, string>>
  /** Its files, apart from `lib/prisma.ts`. */
  readonly files: Readonly<Record<string, string>>
  /** The command of its development server: a program of `node_modules/.bin`, and arguments. */
  readonly command: (port: number) => readonly string[]
}

const REACT_19 = { react: '19.3.1', 'react-dom': '19.3.1' }
const REACT_18 = { react: '18.3.1', 'react-dom': '18.3.1' }
// For what asks for a newer Node.js than 20. It brings a program, `node`, which comes first in the path.
// npm runs without it, and prefers an older release of the range that fits Node.js 20, if there is one.
const NODE_24 = { [`node-${process.platform}-${process.arch}`]: '24' }
const RESPONSE = `return Response.json(await answer())`

const EXPRESS: FrameworkApp = {
  name: 'express',
  title: 'Express, `tsx watch`',
  dependencies: { express: '5.3.0' },
  files: {
    'server.ts': `import express from 'express'
import { answer } from './lib/prisma.ts'
express()
  .get('/api', async (_request, response) => void response.json(await answer()))
  .listen(Number(process.env.PORT), '127.0.0.1')
`,
  },
  command: () => ['tsx', 'watch', 'server.ts'],
}

const FASTIFY: FrameworkApp = {
  name: 'fastify',
  title: 'Fastify, `tsx watch`',
  dependencies: { fastify: '5.12.8' },
  files: {
    'server.ts': `import Fastify from 'fastify'
import { answer } from './lib/prisma.ts'
const app = Fastify()
app.get('/api', answer)
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
`,
  },
  command: () => ['tsx', 'watch', 'server.ts'],
}

const NEST_11: FrameworkApp = {
  name: 'nestjs-11',
  title: 'NestJS 11, `tsx watch`',
  dependencies: {
    '@nestjs/common': '^11',
    '@nestjs/core': '^11',
    '@nestjs/platform-express': '^11',
    'reflect-metadata': '^0.2.2',
    rxjs: '^7',
  },
  files: {
    'tsconfig.json': `{ "compilerOptions": { "experimentalDecorators": true, "module": "nodenext" } }`,
    'server.ts': `import 'reflect-metadata'
import { Controller, Get, Inject, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { answer, prisma } from './lib/prisma.ts'

@Controller()
class Api {
  constructor(@Inject('PRISMA') private readonly client: typeof prisma) {}
  @Get('api')
  async get() {
    return { ...(await answer()), injected: await this.client.author.count() }
  }
}

@Module({ controllers: [Api], providers: [{ provide: 'PRISMA', useValue: prisma }] })
class App {}

const app = await NestFactory.create(App)
await app.listen(Number(process.env.PORT), '127.0.0.1')
`,
  },
  command: () => ['tsx', 'watch', 'server.ts'],
}

const NEST_12: FrameworkApp = {
  ...NEST_11,
  name: 'nestjs-12',
  title: 'NestJS 12, `tsx watch`',
  dependencies: {
    ...NEST_11.dependencies,
    '@nestjs/common': '^12',
    '@nestjs/core': '^12',
    '@nestjs/platform-express': '^12',
  },
}

const REACT_ROUTER_7: FrameworkApp = {
  name: 'react-router-7',
  title: 'React Router 7 (Remix), Vite 7',
  dependencies: {
    'react-router': '^7',
    '@react-router/dev': '^7',
    '@react-router/node': '^7',
    isbot: '^5',
    vite: '^7',
    ...REACT_19,
  },
  files: {
    'vite.config.ts': `import { reactRouter } from '@react-router/dev/vite'
export default { plugins: [reactRouter()] }
`,
    'react-router.config.ts': `export default { ssr: true }\n`,
    'app/root.tsx': `import { Outlet } from 'react-router'
export default () => <Outlet />
`,
    'app/routes.ts': `import { route } from '@react-router/dev/routes'
export default [route('api', 'api.ts')]
`,
    'app/api.ts': `import { answer } from '../lib/prisma.ts'
export async function loader() {
  ${RESPONSE}
}
`,
  },
  command: (port) => ['react-router', 'dev', '--port', String(port), '--host', '127.0.0.1'],
}

const REACT_ROUTER_8: FrameworkApp = {
  ...REACT_ROUTER_7,
  name: 'react-router-8',
  title: 'React Router 8 (Remix), Vite 8',
  dependencies: {
    ...REACT_ROUTER_7.dependencies,
    'react-router': '^8',
    '@react-router/dev': '^8',
    '@react-router/node': '^8',
    vite: '^8',
    ...NODE_24,
  },
}

const NITRO_2: FrameworkApp = {
  name: 'nitro-2',
  title: 'Nitro 2',
  dependencies: { nitropack: '2.13.6' },
  files: {
    'nitro.config.ts': `export default defineNitroConfig({ compatibilityDate: '2025-11-01' })\n`,
    'routes/api.ts': `import { answer } from '../lib/prisma.ts'
export default defineEventHandler(() => answer())
`,
  },
  command: (port) => ['nitropack', 'dev', '--port', String(port), '--host', '127.0.0.1'],
}

const NITRO_3: FrameworkApp = {
  name: 'nitro-3',
  title: 'Nitro 3',
  dependencies: { nitro: '3.0.0' },
  files: {
    'nitro.config.ts': `export default { compatibilityDate: '2025-11-01' }\n`,
    'routes/api.ts': `import { defineHandler } from 'nitro/h3'
import { answer } from '../lib/prisma.ts'
export default defineHandler(() => answer())
`,
  },
  command: (port) => ['nitro', 'dev', '--port', String(port), '--host', '127.0.0.1'],
}

const NUXT: FrameworkApp = {
  name: 'nuxt',
  title: 'Nuxt',
  dependencies: { nuxt: '^4', vue: '^3', 'vue-router': '^4' },
  files: {
    'nuxt.config.ts': `export default defineNuxtConfig({ compatibilityDate: '2025-11-01', telemetry: false, devtools: { enabled: false } })\n`,
    'app/app.vue': `<template><p>matrix</p></template>\n`,
    'server/routes/api.ts': `import { answer } from '../../lib/prisma.ts'
export default defineEventHandler(() => answer())
`,
  },
  command: (port) => ['nuxt', 'dev', '--no-fork', '--port', String(port), '--host', '127.0.0.1'],
}

const NUXT_4_5: FrameworkApp = {
  ...NUXT,
  name: 'nuxt-4.5',
  title: 'Nuxt 4.5',
  dependencies: { ...NUXT.dependencies, nuxt: '4.5.2', ...NODE_24 },
}

const SVELTE_KIT_2: FrameworkApp = {
  name: 'sveltekit-2',
  title: 'SvelteKit 2, Vite 7',
  dependencies: {
    '@sveltejs/kit': '^2',
    '@sveltejs/vite-plugin-svelte': '^6',
    svelte: '^5',
    vite: '^7',
  },
  files: {
    'vite.config.ts': `import { sveltekit } from '@sveltejs/kit/vite'
export default { plugins: [sveltekit()] }
`,
    'src/app.html': `<html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>\n`,
    'src/routes/api/+server.ts': `import { answer } from '../../../lib/prisma.ts'
export async function GET() {
  ${RESPONSE}
}
`,
  },
  command: (port) => ['vite', 'dev', '--port', String(port), '--host', '127.0.0.1'],
}

const SVELTE_KIT_3: FrameworkApp = {
  ...SVELTE_KIT_2,
  name: 'sveltekit-3',
  title: 'SvelteKit 3, Vite 8',
  dependencies: {
    '@sveltejs/kit': '^3',
    '@sveltejs/vite-plugin-svelte': '^7',
    svelte: '^5',
    vite: '^8',
    typescript: '^6',
    ...NODE_24,
  },
}

const ASTRO_5: FrameworkApp = {
  name: 'astro-5',
  title: 'Astro 5',
  dependencies: { astro: '^5' },
  files: {
    'astro.config.mjs': `export default { output: 'server' }\n`,
    'src/pages/api.ts': `import { answer } from '../../lib/prisma.ts'
export const prerender = false
export async function GET() {
  ${RESPONSE}
}
`,
  },
  command: (port) => ['astro', 'dev', '--port', String(port), '--host', '127.0.0.1'],
}

const ASTRO_6: FrameworkApp = {
  ...ASTRO_5,
  name: 'astro-6',
  title: 'Astro 6',
  dependencies: { astro: '6.4.8', ...NODE_24 },
}

const ASTRO_7: FrameworkApp = {
  ...ASTRO_5,
  name: 'astro-7',
  title: 'Astro 7',
  dependencies: { astro: '^7', ...NODE_24 },
}

function next(
  version: string,
  bundler: 'webpack' | 'turbopack',
  react: Readonly<Record<string, string>>,
  flags: readonly string[],
): FrameworkApp {
  return {
    name: `next-${version}/${bundler}`,
    title: `Next.js ${version}, ${bundler}`,
    dependencies: { next: `^${version}`, '@types/react': '^19', '@types/node': '^20', ...react },
    files: {
      'next.config.mjs': `export default {}\n`,
      'app/layout.tsx': `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html><body>{children}</body></html>
}
`,
      'app/api/route.ts': `import { answer } from '../../lib/prisma.ts'
export const dynamic = 'force-dynamic'
export async function GET() {
  ${RESPONSE}
}
`,
    },
    command: (port) => ['next', 'dev', ...flags, '-p', String(port), '-H', '127.0.0.1'],
  }
}

/** The app in which the checks are seen to fail. */
export const CONTROL_APP: FrameworkApp = SVELTE_KIT_2

export const frameworkApps: readonly FrameworkApp[] = [
  EXPRESS,
  FASTIFY,
  NEST_11,
  NEST_12,
  REACT_ROUTER_7,
  REACT_ROUTER_8,
  NITRO_2,
  NITRO_3,
  NUXT,
  NUXT_4_5,
  SVELTE_KIT_2,
  SVELTE_KIT_3,
  ASTRO_5,
  ASTRO_6,
  ASTRO_7,
  next('14', 'webpack', REACT_18, []),
  next('14', 'turbopack', REACT_18, ['--turbo']),
  next('15', 'webpack', REACT_19, []),
  next('15', 'turbopack', REACT_19, ['--turbopack']),
  next('16', 'webpack', REACT_19, ['--webpack']),
  next('16', 'turbopack', REACT_19, ['--turbopack']),
]
