import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readSource } from '../project/read-source.ts'
import { urlShapeOf, type UrlShape } from './url-shape.ts'

/** A variable that a file of the repository sets. */
export interface EnvSetting {
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly name: string
  /** What it is set to. It may be a secret, and is never printed. */
  readonly value: string
  /** What the value tells as a connection string; undefined where it is none. */
  readonly url: UrlShape | undefined
  /** Whether the file is for machines of developers or for tests alone. */
  readonly isLocal: boolean
}

const ENV_FILE = /^(?:\.env(?:rc|[._-].*)?|env\.(?:example|sample|template|dist))$/
const COMPOSE_FILE = /^(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml$/
const DOCKER_FILE = /^(?:Dockerfile(?:[.-].*)?|.*\.Dockerfile)$/i
const LOCAL_FILE = /(?:^|[._-])(?:dev|devel|development|local|test|testing|e2e|ci)(?:[._-]|$)/i

/**
 * Reads what the env files, compose files and Dockerfiles of some folders set. Files that git ignores
 * are read too, for that is where `.env` is.
 */
export function readEnvSettings(root: string, folders: Iterable<string>): readonly EnvSetting[] {
  return [...new Set(folders)].flatMap((folder) =>
    filesIn(root, folder).flatMap((name) => {
      const path = folder === '' ? name : `${folder}/${name}`
      const source = readSource(root, path)
      return 'text' in source ? settingsIn(path, name, source.text) : []
    }),
  )
}

function filesIn(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .filter((name) => ENV_FILE.test(name) || COMPOSE_FILE.test(name) || DOCKER_FILE.test(name))
      .toSorted()
  } catch {
    // A folder that cannot be read sets nothing; that is told where code is read.
    return []
  }
}

// `NAME=value` and `export NAME=value`; `NAME: value` and `- NAME=value`; `ENV NAME=value`.
const IN_ENV = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*)$/
const IN_COMPOSE = /^[ \t]*(?:-[ \t]*)?["']?([A-Z_][A-Z0-9_]*)["']?[ \t]*[:=][ \t]*(.+)$/
const IN_DOCKER = /^[ \t]*(?:ENV|ARG)[ \t]+([A-Za-z_]\w*)(?:=|[ \t]+)(.+)$/i

function settingsIn(path: string, name: string, text: string): readonly EnvSetting[] {
  const isEnv = ENV_FILE.test(name)
  const pattern = isEnv ? IN_ENV : COMPOSE_FILE.test(name) ? IN_COMPOSE : IN_DOCKER
  const isLocal = LOCAL_FILE.test(name)
  return text.split(/\r?\n/).flatMap((line, at): readonly EnvSetting[] => {
    const [, variable, written] = pattern.exec(line) ?? []
    if (variable === undefined || written === undefined) return []
    const value = valueOf(written)
    return [{ path, line: at + 1, name: variable, value, url: urlShapeOf(value), isLocal }]
  })
}

// As dotenv reads it: within quotes as it is, else up to a comment.
function valueOf(written: string): string {
  const quoted = /^(["'`])(.*?)\1/.exec(written.trim())?.[2]
  return quoted ?? written.replace(/(?:^|\s)#.*$/, '').trim()
}
