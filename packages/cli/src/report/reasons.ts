import type { ReasonCode as SiteReasonCode } from '@oneprisma/sites'
import { CHECK_REASONS, type CheckCode } from './check-reasons.ts'
import { KEEP_REASONS } from './keep-reasons.ts'
import { NOTE_REASONS, type NoteCode } from './note-reasons.ts'
import { REVIEW_REASONS } from './review-reasons.ts'
import { REWRITE_REASONS } from './rewrite-reasons.ts'

/** Every code of a site, a note or a check. Codes are public: never renamed, never reused. */
export type ReasonCode = SiteReasonCode | NoteCode | CheckCode

/** What a code means, in words for a person. They are Markdown with code spans and nothing else. */
export interface Reason {
  /** What it is, whatever is decided about it. */
  readonly title: string
  /** What happens because of it. */
  readonly sentence: string
  /** What to do about it. */
  readonly remedy: string
}

/** The meaning of every code; docs/reasons.md has a heading for each. */
export const REASONS: Readonly<Record<ReasonCode, Reason>> = {
  ...REWRITE_REASONS,
  ...KEEP_REASONS,
  ...REVIEW_REASONS,
  ...NOTE_REASONS,
  ...CHECK_REASONS,
}

/** The meaning of a code. */
export function reasonOf(code: ReasonCode): Reason {
  return REASONS[code]
}

const PAGE = 'https://github.com/oneprisma/oneprisma/blob/main/docs/reasons.md'

/** Where the code is explained at length. */
export function reasonUrl(code: string): string {
  return `${PAGE}#${code.toLowerCase()}`
}
