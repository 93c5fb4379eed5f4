/**
 * The version of a dependency that a lockfile of Yarn, pnpm or Bun fixes, looked up in its text;
 * undefined where the text does not tell for sure.
 */
export function lockedVersion(lockfile: string, name: string, range: string): string | undefined {
  const versions = new Set(
    patternsOf(escape(name), escape(range)).flatMap((pattern) =>
      [...lockfile.matchAll(pattern)].flatMap(([, version]) => version ?? []),
    ),
  )
  const [only] = versions
  return versions.size === 1 ? only : undefined
}

function patternsOf(name: string, range: string): readonly RegExp[] {
  return [
    // Yarn: `"@prisma/client@^6.2.0":`, or with `npm:` in front of the range, and with several ranges.
    new RegExp(
      String.raw`^"?(?:[^\n]*, ?)?"?${name}@(?:npm:)?${range}"?(?:,[^\n]*)?:\n {2}version:? "?([\d.]+)`,
      'gm',
    ),
    // pnpm: `'@prisma/client':`, `specifier: ^6.2.0`, `version: 6.19.0(prisma@6.19.0)`.
    new RegExp(String.raw`^ +'?${name}'?:\n +specifier: '?${range}'?\n +version: '?([\d.]+)`, 'gm'),
    // Bun: `"@prisma/client": ["@prisma/client@6.19.0", ...`.
    new RegExp(String.raw`^ +"${name}": \["${name}@([\d.]+)"`, 'gm'),
  ]
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
}
