import type { CallSite } from './call-site.ts'
import type { Definition } from './definition.ts'
import { OnePrismaError } from './errors.ts'
import { warn } from './warnings.ts'

/**
 * Tells whether two definitions share one name and one schema, but neither file nor code, and warns
 * of it once.
 *
 * @internal
 */
export function isTwo(first: Definition, second: Definition, warned: Set<string>): boolean {
  if (first.text === second.text) return false
  const [one, other] = [first.site, second.site]
  if (isOneFile(one, other) || warned.has(other.text)) return false

  warned.add(other.text)
  const message = describeTwo('differently', first.name, one, other)
  warn('ONEPRISMA_DUPLICATE_DEFINITION', `${message} The first is in use.`)
  return true
}

/**
 * Throws unless a definition with a new schema can be the same one, generated anew: in development,
 * and from the same file as far as is known.
 *
 * @internal
 */
export function refuseTwo(first: Definition, second: Definition): void {
  const [one, other] = [first.site, second.site]
  if (process.env['NODE_ENV'] !== 'production' && isOneFile(one, other)) return

  const message = describeTwo('with another schema', first.name, one, other)
  throw new OnePrismaError('NAME_CONFLICT', message)
}

function isOneFile(one: CallSite, other: CallSite): boolean {
  return one.file === undefined || other.file === undefined || one.file === other.file
}

function describeTwo(how: string, name: string, one: CallSite, other: CallSite): string {
  return `Shared client "${name}" is defined at ${one.text} and, ${how}, at ${other.text}. Import one module everywhere, or give the second its own name: sharePrisma(create, { name }).`
}
