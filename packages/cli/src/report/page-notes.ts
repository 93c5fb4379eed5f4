import { readRow } from './markdown-table.ts'
import { codeSpan, textOfCodeSpan } from './markdown-text.ts'

/** What people wrote on an inventory page, between its markers. */
export interface PageNotes {
  /** The notes beside sites, as Markdown, by key. */
  readonly bySite: ReadonlyMap<string, string>
  /** The lines of the list of notes whose site is gone, each with its key where it still has one. */
  readonly gone: readonly GoneLine[]
}

export interface GoneLine {
  readonly text: string
  readonly note: { readonly key: string; readonly text: string } | undefined
}

export const SITE_COLUMNS = ['Site', 'What', 'Context', 'Lifetime', 'Decision', 'Reason', 'Note']
export const GONE_HEADING = '## Notes of sites that are gone'

/** Names a site on the page: its path, and what its second column says. */
export function noteKey(path: string, what: string): string {
  return `${path}\0${what}`
}

/** Reads the notes that people wrote between the markers. */
export function readNotes(generated: string): PageNotes {
  const bySite = new Map<string, string>()
  const gone: GoneLine[] = []
  let part: 'sites' | 'gone' | undefined
  let key: string | undefined
  for (const line of generated.split(/\r?\n/)) {
    const cells = readRow(line, SITE_COLUMNS.length)
    if (line === GONE_HEADING) part = 'gone'
    else if (cells?.join() === SITE_COLUMNS.join()) part = 'sites'
    else if (line.startsWith('## ')) part = undefined
    else if (part === 'gone' && line.trim() !== '') gone.push(readGoneLine(line))
    else if (part === 'sites' && cells !== undefined) {
      if (/^-+$/.test(cells[0] ?? '')) continue
      key = keyOf(cells)
      addNote(bySite, key, cells.at(-1) ?? '')
    }
    // A note that was broken into two lines by hand leaves a line that is no row.
    else if (part === 'sites' && !CONFLICT.test(line))
      addNote(bySite, key, readRow(`|${line}`, 1)?.[0] ?? '', ' ')
  }
  return { bySite, gone }
}

/** The line of the list of notes whose site is gone. */
export function formatGoneLine(key: string, note: string): string {
  const [path = '', what = ''] = key.split('\0')
  return `- ${codeSpan(path)} ${what}: ${note}`
}

const CONFLICT = /^(<{7}|={7}|>{7}|\|{7})( |$)/

function keyOf(cells: readonly string[]): string {
  const [site = '', what = ''] = cells
  // A cell that a person changed names no site any more, and its note goes to those of the gone.
  return noteKey((textOfCodeSpan(site) ?? site).replace(/:\d+$/, ''), what)
}

function addNote(
  notes: Map<string, string>,
  key: string | undefined,
  note: string,
  separator = '<br>',
): void {
  if (key === undefined || note === '') return
  const before = notes.get(key)
  if (before !== note) notes.set(key, before === undefined ? note : before + separator + note)
}

function readGoneLine(line: string): GoneLine {
  const [, span = '', , what = '', note = ''] = GONE_LINE.exec(line) ?? []
  const path = textOfCodeSpan(span)
  return {
    text: line,
    note: path === undefined ? undefined : { key: noteKey(path, what), text: note },
  }
}

const GONE_LINE = /^- ((`+)(?!`).*?[^`]\2(?!`)) (\S+(?: \(\d+\))?): (.*)$/
