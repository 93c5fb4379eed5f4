/** Whether all of a text is like a glob: `*` stands within a folder, `**` across, `{a,b}` for either. */
export function matchesGlob(text: string, glob: string): boolean {
  return new RegExp(`^${patternOf(glob)}$`).test(text)
}

function patternOf(glob: string): string {
  let depth = 0
  return glob.replaceAll(/\*\*\/?|[*?{},]|[.+^$()|[\]\\]/g, (part) => {
    switch (part) {
      case '**/':
        return '(?:.*/)?'
      case '**':
        return '.*'
      case '*':
        return '[^/]*'
      case '?':
        return '[^/]'
      case '{':
        depth++
        return '(?:'
      case '}':
        if (depth === 0) return '\\}'
        depth--
        return ')'
      case ',':
        return depth > 0 ? '|' : ','
      default:
        return `\\${part}`
    }
  })
}
