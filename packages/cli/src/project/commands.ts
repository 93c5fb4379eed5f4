import { join } from 'node:path/posix'
import { isTypeScript } from './file-names.ts'
import type { Runner } from './project.ts'

/** A command of a script, such as `tsx prisma/seed.ts`. */
export interface Command {
  readonly words: readonly string[]
  readonly text: string
}

/** Takes the script of a package apart into its commands. */
export function commandsOf(script: string): readonly Command[] {
  return script
    .split(/&&|\|\||[;|&\n]/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => ({ text, words: text.split(/[\s"'`]+/).filter((word) => word !== '') }))
}

/** Whether a command names a file as a word, from the folder where it runs. */
export function mentions({ words }: Command, folder: string, path: string): boolean {
  const stem = path.replace(/\.[^./]+$/, '')
  return words.some((word) => {
    const [, named = word] = /^--?[\w-]+=(.+)$/.exec(word) ?? []
    if (!named.includes('.') && !named.includes('/')) return false
    const full = join(folder, named)
    return full === path || full === stem
  })
}

// What a command runs a file with. The first row that matches counts.
const RUNNERS: readonly (readonly [RegExp, Runner])[] = [
  [/(?:^|[\s/=])tsx(?:@\S+)?(?:$|[\s/])|\besno\b|\besmo\b|\bjiti\b|\bvite-node\b/, 'tsx'],
  [/\bts-node(?:-dev|-esm|-script)?\b|\btsnd\b/, 'ts-node'],
  [/@swc-node\/register|\besbuild-register\b|\bbabel-node\b|@swc\/register/, 'swc'],
  [/(?:^|\s)bunx?\s/, 'bun'],
  [/(?:^|[\s/])node\s/, 'node'],
]

/** What a command runs a file with, where it says so. */
export function runnerIn({ text }: Command, path: string): Runner | undefined {
  const found = RUNNERS.find(([pattern]) => pattern.test(text))?.[1]
  if (found !== undefined) return found
  // nodemon starts TypeScript with ts-node.
  if (/\bnodemon\b/.test(text)) return isTypeScript(path) ? 'ts-node' : 'node'
  return undefined
}
