import { join } from 'node:path/posix'
import { isTypeScript } from './file-names.ts'
import { fromRoot } from './prisma-config.ts'
import type { Runner } from './project.ts'

/** A command of a script, such as `tsx prisma/seed.ts`. */
export interface Command {
  readonly text: string
  /** Where it runs, after each `cd` before it. */
  readonly folder: string
}

/** Takes a script that runs in a folder apart into its commands. */
export function commandsOf(script: string, folder: string): readonly Command[] {
  const commands: Command[] = []
  let at = folder
  for (const part of script.split(/&&|\|\||[;|&\n]/)) {
    const text = part.trim()
    const [, target] = /^cd\s+(\S+)$/.exec(text) ?? []
    if (target !== undefined) at = join(at, target)
    else if (text !== '') commands.push({ text, folder: at })
  }
  return commands
}

/** Whether a command names a file as a word. */
export function mentions({ text, folder }: Command, path: string): boolean {
  const stem = path.replace(/\.[^./]+$/, '')
  return text.split(/[\s"'`=]+/).some((word) => {
    if (!word.includes('.') && !word.includes('/')) return false
    const named = fromRoot(folder, word)
    return named === path || named === stem
  })
}

// What a command runs a file with. The first row that matches counts.
const RUNNERS: readonly (readonly [RegExp, Runner])[] = [
  [/(?:^|[\s/="'])tsx(?:@\S+)?(?:$|[\s/])|\besno\b|\besmo\b|\bjiti\b|\bvite-node\b/, 'tsx'],
  [/\bts-node(?:-dev|-esm|-script)?\b|\btsnd\b/, 'ts-node'],
  [/@swc-node\/register|\besbuild-register\b|\bbabel-node\b|@swc\/register/, 'swc'],
  [/(?:^|[\s"'])bunx?\s/, 'bun'],
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
