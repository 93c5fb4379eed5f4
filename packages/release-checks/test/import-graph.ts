import { readdirSync } from 'node:fs'
import { bundledInputs } from './bundled-inputs.ts'

/** What each file of a folder imports of the others, by their paths in it. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/** Reads which files of a folder import which, by what is left of it when the code runs. */
export async function importGraph(folder: string): Promise<ImportGraph> {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?<!\.d)\.ts$/.test(path),
  )
  const files = Object.entries(await bundledInputs(folder, sources)).map(
    ([path, { imports }]): [string, readonly string[]] => [
      path,
      imports.filter(({ external }) => !external).map((each) => each.path),
    ],
  )
  return new Map(files)
}

/** The groups of files that import each other in a circle. */
export function circlesIn(graph: ImportGraph): readonly (readonly string[])[] {
  const reach = new Map([...graph.keys()].map((file) => [file, reachableFrom(graph, file)]))
  const inCircle = [...graph.keys()].filter((file) => reach.get(file)?.has(file))
  const circles = new Map<string, string[]>()
  for (const file of inCircle) {
    const members = inCircle.filter(
      (other) => reach.get(file)?.has(other) && reach.get(other)?.has(file),
    )
    circles.set(members.toSorted().join(), members.toSorted())
  }
  return [...circles.values()]
}

function reachableFrom(graph: ImportGraph, file: string): Set<string> {
  const reached = new Set<string>()
  const left = [...(graph.get(file) ?? [])]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (reached.has(next)) continue
    reached.add(next)
    left.push(...(graph.get(next) ?? []))
  }
  return reached
}
