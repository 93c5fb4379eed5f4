// What a program needs of its environment to run at all. Nothing else is passed on: a server can show
// its environment to whoever may read files through it, and PGDATA or TZ would change what it does.
const NEEDED = ['PATH', 'SYSTEMROOT', 'WINDIR', 'TEMP', 'TMP']

/**
 * The environment of Postgres' programs: English messages, times in UTC.
 *
 * @returns {Record<string, string>}
 */
export function environment() {
  const kept = NEEDED.map((name) => [name, process.env[name]]).filter(([, value]) => value)
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}
