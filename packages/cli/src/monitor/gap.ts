/** Why something was not seen. */
export type GapCode =
  | 'SCRAPE_FAILED'
  | 'SCRAPE_REFUSED'
  | 'SCRAPE_UNREADABLE'
  | 'SERVER_UNREACHABLE'
  | 'SERVER_RESTARTED'
  | 'STATISTICS_RESET'
  | 'APP_JOINED'
  | 'APP_RESTARTED'
  | 'APP_UNSTABLE'
  | 'MONITOR_LATE'

/** What was not seen. It never counts as nothing: a figure that is not whole is left out. */
export interface Gap {
  /** `server`, `monitor`, or the host, port and path of metrics. */
  readonly source: string
  readonly code: GapCode
  /** For people; never a secret. */
  readonly message: string
}

/** What could not be read. */
export type Failure = Omit<Gap, 'source'>

export function isFailure(answer: object): answer is Failure {
  return 'code' in answer && 'message' in answer
}
