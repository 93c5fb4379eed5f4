import type { Framework } from './project.ts'

// The first that matches counts: a Next.js app may have an Express server beside it.
const FRAMEWORKS: readonly (readonly [Framework, RegExp])[] = [
  ['next', /^next$/],
  ['nuxt', /^nuxt3?$/],
  ['sveltekit', /^@sveltejs\/kit$/],
  ['remix', /^@remix-run\/(?:react|node|dev|serve|express)$|^@react-router\/(?:dev|node|serve)$/],
  ['astro', /^astro$/],
  ['nest', /^@nestjs\/core$/],
  ['fastify', /^fastify$/],
  ['express', /^express$/],
]

/** The framework of a package, by what it depends on. */
export function frameworkOf(dependencies: Readonly<Record<string, string>>): Framework {
  const names = Object.keys(dependencies)
  const found = FRAMEWORKS.find(([, pattern]) => names.some((name) => pattern.test(name)))
  return found?.[0] ?? 'node'
}
