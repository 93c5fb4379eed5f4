/** What `app@release#process` tells, the name that `pgPool()` gives its connections. */
export interface ProcessName {
  readonly app: string
  /** `''` where there is none. */
  readonly release: string
  /** The id of the process, and after a point that of a worker thread. */
  readonly process: string
}

/** Takes an `application_name` apart; undefined where it has another form. */
export function processNameOf(application: string): ProcessName | undefined {
  const [, app, release = '', id] =
    /^([^@#]+)(?:@([^#]*))?#(\d+(?:\.\d+)?)$/.exec(application) ?? []
  return app === undefined || id === undefined ? undefined : { app, release, process: id }
}

/** The name without its process, so that the processes of one release are one line. */
export function programOf(application: string): string {
  const name = processNameOf(application)
  if (name === undefined) return application
  return name.release === '' ? name.app : `${name.app}@${name.release}`
}
