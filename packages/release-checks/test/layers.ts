import type { ImportGraph } from './import-graph.ts'

/** A layer of the runtime, as docs/architecture.md lists it. */
export interface Layer {
  readonly name: string
  /** Names of files without their endings; a star stands for the rest of a name. */
  readonly files: readonly string[]
}

/** The layers of the page, from the top down: the numbered list below its heading. */
export function layersOf(page: string): readonly Layer[] {
  const [, section = ''] = page.split('\n## Layers ')
  const items = section.matchAll(/^\d+\. \*\*([^*]+)\*\*(.+)$/gm)
  return [...items].map(([, name = '', rest = '']) => ({
    name,
    files: [...rest.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
  }))
}

/** What contradicts the layers, a sentence each. */
export function contradictionsOf(graph: ImportGraph, layers: readonly Layer[]): readonly string[] {
  const places = new Map([...graph.keys()].map((file) => [file, placesOf(file, layers)]))
  const homeless = [...places].flatMap(([file, found]) =>
    found.length === 1 ? [] : `${file} is in ${found.length} layers of docs/architecture.md.`,
  )
  const upwards = [...graph].flatMap(([file, imports]) =>
    imports
      .filter((other) => (places.get(other)?.[0] ?? 0) < (places.get(file)?.[0] ?? 0))
      .map((other) => `${file} imports ${other}, which is in a layer above it.`),
  )
  const idle = layers
    .flatMap(({ files }) => files)
    .filter((name) => ![...graph.keys()].some((file) => isNamed(file, name)))
    .map((name) => `docs/architecture.md names ${name}, which no file is called.`)
  return [...homeless, ...upwards, ...idle]
}

/** The numbers of the layers that a file is in: by its name, or else by a name with a star. */
function placesOf(file: string, layers: readonly Layer[]): readonly number[] {
  const numbers = [...layers.keys()]
  const exact = numbers.filter((number) => layers[number]?.files.includes(withoutEnding(file)))
  if (exact.length > 0) return exact
  return numbers.filter((number) => layers[number]?.files.some((name) => isNamed(file, name)))
}

function isNamed(file: string, name: string): boolean {
  return name.endsWith('*') ? file.startsWith(name.slice(0, -1)) : withoutEnding(file) === name
}

function withoutEnding(file: string): string {
  return file.replace(/\.ts$/, '')
}
