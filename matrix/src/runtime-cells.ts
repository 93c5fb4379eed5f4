import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CellNotRun, type Cell, type CellFindings, type CellTools } from './cell.ts'
import { runCommand } from './child.ts'
import { LATEST, runOnPostgres } from './prisma-cells.ts'

interface Runtime {
  readonly name: string
  readonly title: string
  /** The package that brings its program. */
  readonly from: string
  readonly version: string
  readonly program: string
  readonly flags: readonly string[]
}

const { platform, arch } = process
const NODE = `node-${platform === 'win32' ? 'win' : platform}-${arch}`
const BUN = `@oven/bun-${platform}-${arch === 'arm64' ? 'aarch64' : arch}`

const RUNTIMES: readonly Runtime[] = [
  ...['20', '22', '24', '26'].map((version) => ({
    name: `node-${version}`,
    title: `Node.js ${version}`,
    from: NODE,
    version,
    program: 'bin/node',
    flags: ['--import', 'tsx'],
  })),
  { name: 'bun', title: 'Bun', from: BUN, version: '1.4.5', program: 'bin/bun', flags: ['run'] },
]

/** The runtimes that the registry carries, on the newest Prisma 7. */
export const runtimeCells: readonly Cell[] = RUNTIMES.map((runtime) => ({
  id: `runtime/${runtime.name}`,
  kind: 'runtime',
  title: runtime.title,
  run: (tools) => runOn(tools, runtime),
}))

async function runOn(tools: CellTools, runtime: Runtime): Promise<CellFindings> {
  const { folder, signal } = tools
  const path = join(folder, 'node_modules', runtime.from, runtime.program)
  const findings = await runOnPostgres(tools, LATEST, 'prisma-client', {
    dependencies: { [runtime.from]: runtime.version },
    command: () => {
      if (existsSync(path)) return [path, ...runtime.flags]
      throw new CellNotRun(`${runtime.from} has no ${runtime.program}.`)
    },
  })
  const version = (await runCommand(path, ['--version'], { cwd: folder, signal })).trim()
  return { ...findings, facts: { [basename(path)]: version, ...findings.facts } }
}
