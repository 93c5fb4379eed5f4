import { readFileSync } from 'node:fs'
import { arch, availableParallelism, platform } from 'node:os'
import { join } from 'node:path'
import { connectionChart } from './connection-chart.ts'
import { changedLines, diffView } from './diff-view.ts'
import { failureTable } from './failure-table.ts'
import { figuresOf, peakOf } from './figures.ts'
import { CONNECTION_LIMIT } from './help-desk-database.ts'
import { html, Markup } from './html.ts'
import type { ToldSite } from './oneprisma.ts'
import type { DemoResult } from './run-demo.ts'

/** A page that tells what a demonstration has shown; it needs nothing but a browser. */
export function reportPage(result: DemoResult): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>oneprisma: before and after</title>
        <style>
          ${new Markup(readFileSync(join(import.meta.dirname, 'report-page.css'), 'utf8'))}
        </style>
      </head>
      <body>
        <h1>One help desk, before and after <code>oneprisma adopt</code></h1>
        <p class="lead">
          The same app, built twice for production, on the same PostgreSQL, under the same requests.
        </p>
        ${comparison(result)}
        <h2>Connections under load</h2>
        <p class="legend">
          <span class="before">before, at most ${peakOf(result.before)}</span>
          <span class="after">after, at most ${peakOf(result.after)}</span>
        </p>
        <div class="wide">
          ${connectionChart(
            [
              { name: 'before', className: 'before', rounds: result.before.rounds },
              { name: 'after', className: 'after', rounds: result.after.rounds },
            ],
            { roundSeconds: result.seconds, limit: CONNECTION_LIMIT },
          )}
        </div>
        ${failureTable([
          ['before', result.before],
          ['after', result.after],
        ])}
        ${differences(result)}
        <h2>Where the clients were</h2>
        ${sites(result.sites)}
        <h2>What was changed</h2>
        ${folded(`The diff, ${changedLines(result.diff)}`, diffView(result.diff))}
        ${folded('What the command said', html`<pre>${result.adopted.stderr.trim()}</pre>`)}
        <h2>How it was measured</h2>
        ${method(result)}
      </body>
    </html> `
  return page.text
}

function comparison(result: DemoResult): Markup {
  return html`<div class="wide">
    <table class="comparison">
      <thead>
        <tr>
          <th scope="col"></th>
          <th scope="col">before</th>
          <th scope="col">after</th>
        </tr>
      </thead>
      <tbody>
        ${figuresOf(result).map(
          ({ name, before, after, note }) =>
            html`<tr>
              <th scope="row">${name}<small>${note}</small></th>
              <td>${before}</td>
              <td>${after}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function differences({ before, after }: DemoResult): Markup {
  const all = [...before.differences, ...after.differences]
  if (all.length === 0) return html``
  return html`<h2>Answers that are not as they were recorded</h2>
    ${all.map(({ name, ...pair }) => folded(name, html`<pre>${JSON.stringify(pair, null, 2)}</pre>`))}`
}

function sites(all: readonly ToldSite[]): Markup {
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th>place</th>
          <th>runs as</th>
          <th>decision</th>
          <th>reason</th>
        </tr>
      </thead>
      <tbody>
        ${all.map(
          ({ path, line, context, decision, reason }) =>
            html`<tr>
              <td><code>${path}:${line}</code></td>
              <td>${context}</td>
              <td>${decision}</td>
              <td><code>${reason}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function folded(title: string, content: Markup): Markup {
  return html`<details>
    <summary>${title}</summary>
    ${content}
  </details>`
}

function method({ perSecond, seconds, before }: DemoResult): Markup {
  const rounds = before.rounds.length
  return html`<p>
    ${perSecond} requests a second for ${seconds} seconds,
    ${rounds === 1 ? 'once' : `${rounds} times`} for each side, in turns, sent when they are due
    whether earlier ones have been answered or not. Each side has a database of its own that takes
    ${CONNECTION_LIMIT} connections, which is PostgreSQL’s default of 100 without those that it
    keeps for superusers. Both servers and the load share this machine: Node.js ${process.version},
    ${platform()} ${arch()}, ${availableParallelism()} processors. The times are of this run on this
    machine.
  </p>`
}
