import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CellNotRun, type Cell, type CellFindings, type CellTools } from './cell.ts'
import { runCommand } from './child.ts'
import { LATEST, runOnPostgres } from './prisma-cells.ts'

const { platform, arch } = process
const BUN_ARCH = arch === 'arm64' ? 'aarch64' : arch

/** The runtimes that the registry carries, on the newest Prisma 7. */
export const runtimeCells: readonly Cell[] = [
  ...['20', '22', '24', '26'].map((version) =>
    cell(`node-${version}`, `Node.js ${version}`, `node-${platform}-${arch}`, version, 'bin/node', [
      '--import',
      'tsx',
    ]),
  ),
  cell('bun', 'Bun', `@oven/bun-${platform}-${BUN_ARCH}`, '1.4.5', 'bin/bun', ['run']),
]

function cell(
  name: string,
  title: string,
  packageName: string,
  version: string,
  binary: string,
  flags: readonly string[],
): Cell {
  const run = async (tools: CellTools): Promise<CellFindings> => {
    const path = join(tools.folder, 'node_modules', packageName, binary)
    const findings = await runOnPostgres(tools, LATEST, 'prisma-client', {
      dependencies: { [packageName]: version },
      command: () => {
        if (!existsSync(path)) throw new CellNotRun(`${packageName} has no ${binary}.`)
        return [path, ...flags]
      },
    })
    const { folder, signal } = tools
    const runtime = (await runCommand(path, ['--version'], { cwd: folder, signal })).trim()
    return { ...findings, facts: { [name.split('-')[0] ?? name]: runtime, ...findings.facts } }
  }
  return { id: `runtime/${name}`, kind: 'runtime', title, run }
}
