export function sqlComment(tags: Readonly<Record<string, string | undefined>>): string {
  const list = Object.entries(tags)
    .filter(([, v]) => v)
    .map(([k, v]) => `${k}='${encodeURIComponent(v ?? '')}'`)
  return list.length === 0 ? '' : `/*${list.join(',')}*/`
}
