import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { baseOf } from '../../project/prisma-config.ts'
import { readSchemaBlocks } from '../../project/schema-blocks.ts'
import { commandLines } from '../command-line.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import type { Subject } from '../subject.ts'
import { pooledSettings } from './pooler.ts'

/** Migrations that run through a pooler, for there is no direct connection string beside it. */
export function checkDirectUrl(subject: Subject): readonly DoctorFinding[] {
  const pooled = new Map(pooledSettings(subject).map((setting) => [setting.name, setting]))
  if (pooled.size === 0) return []
  return [...findInConfigs(), ...findInSchemas()]

  function findInConfigs(): readonly DoctorFinding[] {
    return subject.configs.flatMap(({ path, urlVariables }) => {
      const [variable] = urlVariables.filter((name) => pooled.has(name))
      // Up to Prisma 6 the schema beside it may have the other one.
      const hasOther = urlVariables.some((name) => !pooled.has(name)) || hasDirectUrl()
      if (variable === undefined || hasOther || !isMigrated(baseOf(path))) return []
      return [finding(path, lineOf(path, variable), variable, DATASOURCE)]
    })
  }

  function datasources() {
    return subject.files.config
      .filter((path) => path.endsWith('.prisma'))
      .flatMap((path) =>
        readSchemaBlocks(subject.read(path) ?? '')
          .filter(({ kind }) => kind === 'datasource')
          .map((datasource) => ({ path, datasource })),
      )
  }

  function hasDirectUrl(): boolean {
    return datasources().some(({ datasource }) => datasource.fields['directUrl'] !== undefined)
  }

  function findInSchemas(): readonly DoctorFinding[] {
    return datasources().flatMap(({ path, datasource }) => {
      const url = datasource?.fields['url']
      if (url?.kind !== 'env' || !pooled.has(url.name)) return []
      if (datasource.fields['directUrl'] !== undefined) return []
      if (!isMigrated(path.replace(/\/?[^/]*$/, ''))) return []
      const change =
        'Add `directUrl = env("DIRECT_URL")` to the datasource, and set that variable to the connection string past the pooler.'
      return [finding(path, lineOf(path, url.name), url.name, change)]
    })
  }

  function finding(path: string, line: number, variable: string, change: string): DoctorFinding {
    const sign = pooled.get(variable)?.url?.pooler ?? ''
    return found(
      'DIRECT_URL_MISSING',
      { path, line },
      {
        message: `\`${variable}\` leads to a pooler in transaction mode (${sign}), and \`prisma migrate\` has no other: it takes an advisory lock of a session, and so hangs or fails there.`,
        evidence: { variable, pooler: sign.replaceAll('`', '') },
        change,
      },
    )
  }

  function lineOf(path: string, text: string): number {
    const lines = (subject.read(path) ?? '').split('\n')
    return Math.max(1, lines.findIndex((line) => line.includes(text)) + 1)
  }

  function isMigrated(folder: string): boolean {
    const places = [join(folder, 'migrations'), join(folder, 'prisma/migrations')]
    if (places.some((place) => existsSync(join(subject.root, place)))) return true
    return commandLines(subject).some(({ text }) => /\bprisma\s+(?:migrate|db\s+push)\b/.test(text))
  }
}

const DATASOURCE =
  "Give the command line the direct connection string: `datasource: { url: env('DIRECT_URL') }`. The application takes its own from the adapter."
