import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { atMost, exactly, forComparison, type Bar, type BenchOptions } from './bar.ts'
import { changedLines, judge, type Labels, type Migration } from './corpus/judge.ts'
import { rounded } from './statistics.ts'

const COMMAND = join(import.meta.dirname, '../../packages/cli/bin/oneprisma.mjs')
/**
 * Scores what the command line finds and decides against labels made by hand, on public repositories
 * that are not part of this one: `--only` names a folder with a checkout of each, called `owner+name`,
 * at the commit that its labels name. Nothing is written in them.
 */
export async function corpus({ only }: BenchOptions): Promise<Bar[]> {
  const folder = process.env['BENCH_CORPUS_LABELS']
  if (only === undefined || folder === undefined) {
    throw new Error(
      'Name the folder of the labels, a JSON file a repository, by BENCH_CORPUS_LABELS, and one with the repositories by --only: a checkout of each, called owner+name, at the commit of its labels.',
    )
  }
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files.flatMap((file) => {
    // Written by hand in this shape; what differs shows as a site that is missed.
    const labels = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Labels
    return score(labels, join(only, file.replace(/\.json$/, '')))
  })
}

function score(labels: Labels, root: string): Bar[] {
  if (!existsSync(root)) throw new Error(`There is no checkout of ${labels.repo} at "${root}".`)
  const migration = migrate(root)
  const { missed, wrong, madeUp, labelled } = judge(labels, migration.sites)
  const rewritten = migration.sites.filter(({ decision }) => decision === 'rewrite').length
  const texts = migration.edits.flatMap((edit) => {
    if (edit.created) return []
    const before = readFileSync(join(root, edit.path), 'utf8')
    return [{ path: edit.path, before, after: applied(before, edit.edits) }]
  })
  const code = texts.filter(({ path }) => !path.endsWith('.json'))
  const broken = code.filter(({ path, after }) => !parses(path, after))
  const lines = code.reduce((sum, { before, after }) => sum + changedLines(before, after), 0)
  return [
    exactly('labelled sites that are missed', labels.repo, missed, `of ${labelled}`, 0),
    exactly('decisions that are not acceptable', labels.repo, wrong, `of ${labelled}`, 0),
    exactly('sites where there is none', labels.repo, madeUp, '', 0),
    exactly(
      'rewritten files that do not parse',
      labels.repo,
      broken.length,
      `of ${code.length}`,
      0,
    ),
    rewritten === 0
      ? forComparison('changed lines a rewritten site', labels.repo, 0, '')
      : atMost('changed lines a rewritten site', labels.repo, rounded(lines / rewritten, 2), '', 3),
  ]
}

function migrate(root: string): Migration {
  const printed = execFileSync(process.execPath, [COMMAND, 'migrate', '--json', '--root', root], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // docs/cli.md has this shape.
  return JSON.parse(printed) as Migration
}

function applied(
  text: string,
  edits: readonly { readonly start: number; readonly end: number; readonly text: string }[],
): string {
  return edits.reduceRight(
    (result, { start, end, text: added }) => result.slice(0, start) + added + result.slice(end),
    text,
  )
}

/** Parsed as strictly as it can be: a name that is declared twice is an error as well. */
function parses(path: string, text: string): boolean {
  const lang = /\.[cm]?ts$/.test(path) ? 'ts' : 'tsx'
  return parseSync(path, text, { lang, showSemanticErrors: true }).errors.length === 0
}
