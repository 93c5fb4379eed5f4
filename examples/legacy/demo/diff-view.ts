import { html, type Markup } from './html.ts'

/** A unified diff with its lines coloured. */
export function diffView(text: string): Markup {
  return html`<pre class="diff">
${text.split('\n').map((line) => html`<span class="${kindOf(line)}">${line} </span>`)}</pre>`
}

/** How many lines a unified diff adds and removes, in words. */
export function changedLines(text: string): string {
  const lines = text.split('\n').map(kindOf)
  const count = (kind: string): number => lines.filter((line) => line === kind).length
  return `${count('added')} lines added, ${count('removed')} removed`
}

function kindOf(line: string): string {
  if (/^(diff|index|new file|---|\+\+\+)/.test(line)) return 'file'
  if (line.startsWith('@@')) return 'hunk'
  if (line.startsWith('+')) return 'added'
  return line.startsWith('-') ? 'removed' : 'same'
}
