import { dirname, join } from 'node:path'
import { REPOSITORY } from './published-packages.ts'

const SECRETS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /\bgh[oprsu]_[A-Za-z0-9]{36}\b/,
  /\bgithub_pat_\w{22}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /_authToken=[^$\s]/,
]
const FOLDERS = /(?:\/(?:home|Users|builds)\/|[A-Z]:\\+Users\\+)[\w.-]+[\\/]/

/** What a file of a tarball has that does not belong to anybody else, a word or two each. */
export function complaintsAbout(
  path: string,
  text: string,
  files: readonly string[],
): readonly string[] {
  const complaints = [
    FOLDERS.test(text) || text.includes(REPOSITORY) ? 'a folder of the machine that built it' : [],
    /\bregistry\.[a-z]+\.(?:com|dev|io|org)\b/.test(text) ? 'the host of a registry' : [],
    SECRETS.some((secret) => secret.test(text)) ? 'a secret' : [],
    mapsOf(text).some((map) => !files.includes(join(dirname(path), map)))
      ? 'a map that is not there'
      : [],
  ]
  return complaints.flat()
}

function mapsOf(text: string): string[] {
  const comments = text.matchAll(/^\s*\/[/*][#@] sourceMappingURL=(\S+)/gm)
  return [...comments].flatMap(([, map]) => (map === undefined ? [] : [map]))
}
