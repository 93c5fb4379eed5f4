import type { LiveServer } from './live-server.ts'

/** Settings of a server by name. Those that it does not have, or does not show, are missing. */
export type Settings = ReadonlyMap<string, string>

// What a session starts with: these checks change some for themselves. What follows the connection,
// as keep-alives do, has its value in `setting` alone.
const SETTINGS = `SELECT name, CASE WHEN name LIKE 'tcp_%' THEN setting ELSE reset_val END AS value
  FROM pg_settings WHERE name = ANY ($1)`

/** Reads settings as they hold for the role and the database of a connection. */
export async function readSettings(
  server: LiveServer,
  names: readonly string[],
): Promise<Settings> {
  const rows = await server.ask<{ name: string; value: string }>(SETTINGS, [names])
  return new Map(rows.map(({ name, value }) => [name, value]))
}

/** A setting that is a number; `fallback` where the server does not have it. */
export function numberOf(settings: Settings, name: string, fallback: number): number {
  const value = settings.get(name)
  return value === undefined ? fallback : Number(value)
}
