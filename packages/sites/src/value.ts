import type { Binding } from './site.ts'

/** What an expression stands for, as far as it has to do with Prisma. */
export type Value = ConstructorValue | ClientValue | ModuleValue | PromiseValue

/** PrismaClient itself, a class that extends it, or what a function made of it. */
export interface ConstructorValue {
  readonly kind: 'constructor'
  readonly made: 'prisma' | 'subclass' | 'wrapper'
  /** The specifier as the module writes it. */
  readonly source: string
  readonly binding: Binding
  /** What tells one generated client from another: the folder of its generator, or `@prisma/client`. */
  readonly client: string
  readonly isEdge: boolean
}

export interface ClientValue {
  readonly kind: 'client'
  /** Whether `sharePrisma` made it. */
  readonly isShared: boolean
  /** Whether `$extends` was called on it. */
  readonly isExtended: boolean
  readonly client: string
}

export interface ModuleValue {
  readonly kind: 'module'
  readonly exports: ModuleExports
  readonly source: string
  readonly binding: Binding
}

export interface PromiseValue {
  readonly kind: 'promise'
  readonly of: Value
}

/** What a module exports of all this, by name; `default` stands for `module.exports` as well. */
export type ModuleExports = ReadonlyMap<string, Value>

/** The exports of a generated client. */
export function prismaExports(client: string, isEdge: boolean): ModuleExports {
  return new Map<string, Value>([
    [
      'PrismaClient',
      { kind: 'constructor', made: 'prisma', source: client, binding: 'named', client, isEdge },
    ],
  ])
}

/** Looks a specifier up, or returns `undefined` where it has nothing to do with Prisma. */
export type Resolve = (specifier: string) => ModuleExports | undefined
