import { plural } from '../../report/plural.ts'
import type { Comparison, ComparisonVerdict } from '../comparison.ts'
import type { ComparedRecordings } from '../comparing/compare-recordings.ts'
import { inReadingOrder } from '../comparing/metric-text.ts'
import { sidesOf } from '../comparing/select-arms.ts'
import { verdictName, verdictReason } from '../comparing/verdict-text.ts'
import { formatDuration } from '../duration.ts'
import { formatMoment } from '../format-figure.ts'
import { besideTable } from './beside-table.ts'
import { chartedArms } from './charted-arms.ts'
import { chartSections } from './chart-sections.ts'
import { effectChart } from './effect-chart.ts'
import { groupTable } from './group-table.ts'
import { html, Markup } from './html.ts'
import { methodSection } from './method-section.ts'
import { metricTable } from './metric-table.ts'
import { PAGE_STYLE } from './page-style.ts'
import { windowsTable } from './windows-table.ts'

// A sign as well as a colour, for whoever does not see it.
const SIGNS: Readonly<Record<ComparisonVerdict, string>> = {
  regression: '▲',
  'no-regression': '✓',
  inconclusive: '?',
  refused: '⊘',
}

/** A page that tells what a comparison came to. It needs nothing but a browser, and asks for nothing. */
export function reportPage(compared: ComparedRecordings): string {
  const { comparison, arms, notes, threshold } = compared
  const { verdict, refusals } = comparison
  const metrics = inReadingOrder(comparison.metrics)
  const charted = chartedArms(compared)
  const [connections, ...others] = chartSections(charted)
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <title>${verdictName(verdict)}: ${arms.before.name}, ${arms.after.name}</title>
        <style>
          ${new Markup(PAGE_STYLE)}
        </style>
      </head>
      <body>
        ${bannerOf(comparison)}
        <main>
          <dl class="arms">${armOf('before', compared)} ${armOf('after', compared)}</dl>
          ${remarks('What these windows cannot tell', refusals)} ${metricTable(metrics, arms)}
          ${
            metrics.length > 0 &&
            html`<h2>How large the changes are</h2>
              <div class="wide">${effectChart(metrics, threshold)}</div>`
          }
          ${remarks('What to know', notes)} ${connections} ${groupTable(arms)} ${others}
          ${besideTable(arms)} ${methodSection(compared)} ${windowsTable(charted)}
        </main>
      </body>
    </html> `
  return page.text
}

function bannerOf(comparison: Comparison): Markup {
  const { verdict, causal } = comparison
  const reason = verdictReason(comparison)
  return html`<header class="verdict ${verdict}">
    <h1>${SIGNS[verdict]} ${verdictName(verdict)}</h1>
    <p>${reason.charAt(0).toUpperCase()}${reason.slice(1)}.</p>
    <p>
      ${
        causal
          ? 'Both arms ran at the same time: a difference is one of the arms.'
          : 'Before/after is not causal: a difference may be one of the times.'
      }
    </p>
  </header>`
}

function armOf(side: 'before' | 'after', { arms, windowMs }: ComparedRecordings): Markup {
  const { name, windows } = arms[side]
  const [before, after] = sidesOf(arms)
  const title = side === 'before' ? before : after
  const [first] = windows
  const last = windows.at(-1)
  return html`<div>
    <dt class="${side}">${title}</dt>
    <dd>
      ${name !== title && html`<strong>${name}</strong><br />`}
      ${
        first === undefined || last === undefined
          ? 'no windows'
          : `${plural(windows.length, 'window')} of ${formatDuration(windowMs)}, ${formatMoment(first.startedAt)} to ${formatMoment(last.startedAt + last.durationMs)}`
      }
    </dd>
  </div>`
}

function remarks(
  title: string,
  all: ReadonlyArray<{ readonly code: string; readonly message: string }>,
): Markup {
  if (all.length === 0) return html``
  return html`<section class="remarks">
    <h2>${title}</h2>
    <ul>
      ${all.map(({ code, message }) => html`<li><code>${code}</code> ${message}</li>`)}
    </ul>
  </section>`
}
