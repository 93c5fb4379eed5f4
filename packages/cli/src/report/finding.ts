import type {
  Binding,
  Decision,
  Lifetime,
  ReasonCode,
  SiteContext,
  SiteKind,
} from '@oneprisma/sites'
import type { CheckCode } from './check-reasons.ts'
import type { NoteCode } from './note-reasons.ts'

/** A place that makes, extends, wraps or hands on PrismaClient, and what is to become of it. */
export interface SiteRecord {
  /** Relative to the root, with `/`. */
  readonly path: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
  readonly kind: SiteKind
  readonly context: SiteContext
  readonly lifetime: Lifetime
  readonly decision: Decision
  /** A stable code in capitals, such as `CUSTOM_OPTIONS`; docs/reasons.md has a heading for each. */
  readonly reason: ReasonCode
  readonly binding: Binding
  /** The specifier as it is written, such as `@prisma/client`. */
  readonly importSource: string
}

/** Something a person has to look at, near a site or in the project. */
export interface Note {
  /** A stable code in capitals; `TARGET_AMBIGUOUS` stands at the module that others cannot choose from. */
  readonly code: NoteCode | CheckCode | 'TARGET_AMBIGUOUS'
  readonly path: string
  readonly line: number
  readonly column: number
  /** What happens and what to do, in one or two sentences. */
  readonly message: string
}

/** A file that could not be read as a program. */
export interface Unparsed {
  readonly path: string
  /** From 1; 1 where the whole file is meant. */
  readonly line: number
  readonly message: string
}

/** What `inventory --json` prints. */
export interface Inventory {
  /** Absolute. */
  readonly root: string
  readonly sites: readonly SiteRecord[]
  readonly notes: readonly Note[]
  readonly unparsed: readonly Unparsed[]
}

/** What a report prints: of an inventory, all or a part, such as what is new since a baseline. */
export type Findings = Pick<Inventory, 'sites' | 'notes' | 'unparsed'>
