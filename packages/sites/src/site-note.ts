/** Something at a place of a module that a person has to look at. */
export interface SiteNote {
  readonly code: 'DISCONNECT_IN_REQUEST' | 'EXIT_SKIPS_DISCONNECT' | 'SCRIPT_WITHOUT_DISCONNECT'
  /** In UTF-16 code units from the start of the module. */
  readonly offset: number
  /** What happens and what to do, in one or two sentences. */
  readonly message: string
}
