import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { parsePage } from '../src/parse-page.ts'
import { checkedPages } from './checked-pages.ts'
import { commandsOf } from './commands-of.ts'

const COMMANDS = ['adopt', 'budget', 'check', 'doctor', 'init', 'inventory', 'migrate', 'monitor']
const PLANTED = `\`\`\`sh
npx oneprisma check --sarif
npx oneprisma chek
oneprisma doctor \\
  --life # --none
\`\`\`

\`\`\`yaml
- run: npx oneprisma adopt --now
\`\`\`

Run \`npx oneprisma migrat\`, or \`oneprisma <command>\`, or \`oneprisma adopt\`.
`
const flags = new Map(COMMANDS.map((command) => [command, flagsOf(command)]))

function flagsOf(command: string): ReadonlySet<string> {
  const bin = new URL('../../../packages/cli/bin/oneprisma.mjs', import.meta.url).pathname
  const { stdout } = spawnSync(process.execPath, [bin, command, '--help'], { encoding: 'utf8' })
  return new Set(['--help', ...(stdout.match(/--[a-z][a-z-]*/g) ?? [])])
}

function unknownIn(path: string, markdown: ReturnType<typeof parsePage>): string[] {
  return commandsOf(markdown).flatMap(({ line, command, flags: given }) => {
    const known = flags.get(command)
    if (known === undefined) return [`${path}:${line} ${command}`]
    return given
      .filter((flag) => !known.has(flag))
      .map((flag) => `${path}:${line} ${command} ${flag}`)
  })
}

describe('the commands of the documentation', () => {
  it('are there, with every flag', () => {
    const pages = [...checkedPages()]

    expect(pages.flatMap(([, page]) => commandsOf(page)).length).toBeGreaterThan(100)
    expect(pages.flatMap(([path, page]) => unknownIn(path, page))).toEqual([])
  })

  it('are not there where a command or a flag is made up', () => {
    const page = parsePage(PLANTED)

    expect(unknownIn('page.md', page)).toEqual([
      'page.md:3 chek',
      'page.md:4 doctor --life',
      'page.md:9 adopt --now',
      'page.md:12 migrat',
    ])
  })
})
