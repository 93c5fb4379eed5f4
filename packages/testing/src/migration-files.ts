import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TestingError } from './errors.ts'

/**
 * One migration as it lies on the disk.
 *
 * @internal
 */
export interface Migration {
  readonly name: string
  readonly sql: string
  /** The SHA-256 of the script, in hexadecimal, as Prisma records it. */
  readonly checksum: string
}

/**
 * Reads the migrations of a folder in the order in which Prisma applies them.
 *
 * @internal
 */
export function readMigrations(directory: string): Migration[] {
  refuseOtherProvider(join(directory, 'migration_lock.toml'))
  const entries = existsSync(directory) ? readdirSync(directory, { withFileTypes: true }) : []
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  if (names.length > 0) return names.toSorted().map((name) => readMigration(directory, name))

  throw new TestingError(
    'MIGRATIONS_MISSING',
    `There is no migration in ${directory}${existsSync(directory) ? '' : ', which does not exist'}. Expected folders with a migration.sql, as \`prisma migrate dev\` makes them.`,
  )
}

/**
 * Whether a recorded checksum is that of a script. A checkout may have changed the line endings
 * without changing the migration, which Prisma tolerates as well.
 *
 * @internal
 */
export function hasChecksum(sql: string, checksum: string): boolean {
  const withLf = sql.replaceAll('\r\n', '\n')
  return [sql, withLf, withLf.replaceAll('\n', '\r\n')].some((text) => sha256(text) === checksum)
}

function readMigration(directory: string, name: string): Migration {
  const file = join(directory, name, 'migration.sql')
  if (existsSync(file)) {
    const sql = readFileSync(file, 'utf8')
    return { name, sql, checksum: sha256(sql) }
  }
  throw new TestingError(
    'MIGRATION_FILE_MISSING',
    `Migration ${name} has no migration.sql in ${directory} (P3015). Restore the file or delete the folder.`,
  )
}

function refuseOtherProvider(lockFile: string): void {
  if (!existsSync(lockFile)) return
  const provider = /^\s*provider\s*=\s*"(?<name>[^"]*)"/m.exec(readFileSync(lockFile, 'utf8'))
  const name = provider?.groups?.['name'] ?? 'postgresql'
  if (name === 'postgresql' || name === 'postgres') return

  throw new TestingError(
    'MIGRATION_PROVIDER_MISMATCH',
    `The migrations are for ${name}, as ${lockFile} says (P3019), and only postgresql can be applied here.`,
  )
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
