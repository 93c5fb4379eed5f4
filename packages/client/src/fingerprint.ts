/**
 * The part of a PrismaClient that carries its schema. Assumed, not documented: the tests read it on
 * every supported version of Prisma. Where it is missing, a client has no fingerprint, and what
 * needs one (generations, the check for name conflicts) stays quiet.
 */
interface ClientWithSchema {
  readonly _engineConfig?: { readonly inlineSchema?: unknown }
}

/**
 * Returns the Prisma schema that a client was generated from, or `undefined` for another object.
 *
 * @internal
 */
export function inlineSchemaOf(client: object): string | undefined {
  // A structural view of an object whose members are all optional.
  const schema = (client as ClientWithSchema)._engineConfig?.inlineSchema
  return typeof schema === 'string' ? schema : undefined
}

/**
 * Hashes a text to 8 hexadecimal digits, by FNV-1a. It tells schemas of one project apart and
 * protects nothing.
 *
 * @internal
 */
export function fingerprintOf(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
