const EXTENSIONS = ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.cts']
const COMPONENTS = ['.vue', '.svelte', '.astro']

// What a specifier names is what TypeScript will have written.
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
}

/** Finds the file that a path without the certainty of an extension stands for, as TypeScript does. */
export function findFile(path: string, has: (path: string) => boolean): string | undefined {
  return candidatesOf(path).find(has)
}

function candidatesOf(path: string): readonly string[] {
  const folder = path.replace(/\/$/, '')
  const inFolder = EXTENSIONS.map((extension) => join(folder, `index${extension}`))
  if (path.endsWith('/') || path === '') return inFolder
  const [, stem = '', written = ''] = /^(.*?)(\.[a-z]+)?$/.exec(path) ?? []
  return [
    ...(isExtension(written) ? [path] : []),
    ...(SOURCES[written] ?? []).map((extension) => stem + extension),
    ...EXTENSIONS.map((extension) => path + extension),
    ...inFolder,
  ]
}

function isExtension(written: string): boolean {
  return EXTENSIONS.includes(written) || COMPONENTS.includes(written)
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
