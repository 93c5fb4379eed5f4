/** How a report looks: by day and by night, on a phone, and on paper. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --text: #1c1e24;
  --quiet: #5f6470;
  --page: #fbfbfd;
  --panel: #ffffff;
  --line: #dfe1e8;
  --before: #c2410c;
  --after: #1d4ed8;
  --between: #868c99;
  --bad: #b3261e;
  --good: #1a7f37;
  --open: #8a5a00;
  --bad-back: #fdeceb;
  --good-back: #e8f6ec;
  --open-back: #fdf4e1;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --text: #e7e9ee;
    --quiet: #9aa1af;
    --page: #111318;
    --panel: #191c23;
    --line: #30343e;
    --before: #fb923c;
    --after: #7aa2ff;
    --between: #7d8493;
    --bad: #ff8f87;
    --good: #6fd58c;
    --open: #f0b94b;
    --bad-back: #34191a;
    --good-back: #142a1b;
    --open-back: #2e2412;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  padding: 1.5rem 1rem 4rem;
  background: var(--page);
  color: var(--text);
  font: 16px/1.5 system-ui, sans-serif;
}
header, main { max-width: 56rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.25; }
h2 { margin: 2.25rem 0 0.6rem; font-size: 1.15rem; }
h3 { margin: 1.25rem 0 0.4rem; font-size: 1rem; }
.quiet, small, caption { color: var(--quiet); }
code { font: 0.85em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.verdict { padding: 1rem 1.25rem; border-left: 6px solid; border-radius: 4px; }
.verdict p { margin: 0.35rem 0 0; color: var(--text); }
.verdict.regression { color: var(--bad); background: var(--bad-back); }
.verdict.no-regression { color: var(--good); background: var(--good-back); }
.verdict.inconclusive, .verdict.refused { color: var(--open); background: var(--open-back); }
.arms { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin: 1rem 0 0; }
.arms dt { font-weight: 600; }
.arms dd { margin: 0; overflow-wrap: anywhere; }
.remarks ul, section ul { margin: 0.4rem 0; padding-left: 1.25rem; }
.remarks li { margin: 0.35rem 0; }
table { width: 100%; border-collapse: collapse; background: var(--panel); border: 1px solid var(--line); }
caption { padding: 0.25rem 0 0.5rem; text-align: left; font-size: 0.9rem; }
th, td { padding: 0.4rem 0.7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--quiet); font-weight: 600; font-size: 0.85rem; }
tbody th { font-weight: 500; }
tbody th[scope='row'] { min-width: 9.5rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.strong { font-weight: 600; }
td.worse { color: var(--bad); font-weight: 600; white-space: nowrap; }
td.better { color: var(--good); font-weight: 600; white-space: nowrap; }
td.unclear { color: var(--open); white-space: nowrap; }
td.same { white-space: nowrap; }
.wide { overflow-x: auto; margin-top: 1rem; }
.wide svg { min-width: 36rem; }
.before { color: var(--before); }
.after { color: var(--after); }
.between { color: var(--between); }
.legend { margin: 0.25rem 0; }
.legend span { display: inline-block; margin-right: 1.25rem; overflow-wrap: anywhere; }
.legend span::before {
  display: inline-block;
  width: 1.6rem;
  margin-right: 0.4rem;
  border-top: 3px solid;
  vertical-align: middle;
  content: '';
}
.legend .stroke { color: var(--quiet); }
.legend .dashed::before { border-top-style: dashed; }
.legend .dotted::before { border-top-style: dotted; }
svg { display: block; width: 100%; height: auto; background: var(--panel); border: 1px solid var(--line); font-family: inherit; }
svg text { fill: var(--text); font-size: 12px; }
svg .tick { fill: var(--quiet); }
svg .grid { stroke: var(--line); }
svg polyline { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
svg circle.before, svg circle.after, svg circle.between { fill: currentColor; }
svg .dashed { stroke-dasharray: 6 4; }
svg .dotted { stroke-dasharray: 1.5 4; stroke-linecap: round; }
svg .gap { fill: var(--quiet); opacity: 0.15; }
svg .mark line { stroke: var(--quiet); stroke-dasharray: 3 3; }
svg .mark text { fill: var(--text); font-size: 11px; }
svg .counts-not { fill: var(--quiet); opacity: 0.12; }
svg .zero { stroke: var(--quiet); }
svg .noise { fill: var(--quiet); opacity: 0.45; }
svg .interval { stroke: currentColor; stroke-width: 4; stroke-linecap: round; }
svg .effect circle, svg .effect path { fill: currentColor; stroke: var(--panel); stroke-width: 1.5; }
svg .effect.worse { color: var(--bad); }
svg .effect.better { color: var(--good); }
svg .effect.same { color: var(--after); }
svg .effect.unclear { color: var(--open); }
details { margin-top: 2rem; }
summary { padding: 0.5rem 0; cursor: pointer; color: var(--quiet); }
@media (max-width: 40rem) {
  .arms { grid-template-columns: 1fr; }
  th, td { padding: 0.35rem 0.45rem; font-size: 0.9rem; }
}
@media print {
  :root { color-scheme: light; }
  body { padding: 0; font-size: 11pt; }
  .verdict, svg { print-color-adjust: exact; }
  section, svg, tr { break-inside: avoid; }
  .wide { overflow: visible; }
  .wide svg { min-width: 0; }
}
`
