/** What `application_name` says, as `pgPool` writes it: `app@release#process`. */
export interface ApplicationName {
  readonly app: string
  readonly release: string | undefined
  /** The name without the process: what all processes of a release have in common. */
  readonly group: string
  /** Whether the process is in the name, so that names can be counted for processes. */
  readonly hasProcess: boolean
}

const NAME = /^(.+?)(?:@([^@#]+))?(#\d+(?:\.\d+)?)?$/s

/** Takes a name apart. One that others have written is all app. */
export function parseApplicationName(name: string): ApplicationName {
  const [, app = name, release, process] = NAME.exec(name) ?? []
  const group = release === undefined ? app : `${app}@${release}`
  return { app, release, group, hasProcess: process !== undefined }
}

/** Whether a name is meant by a pattern: all of it, its app, or app and release. `*` is any text. */
export function isMeantBy(pattern: string, name: string): boolean {
  const { app, group } = parseApplicationName(name)
  const expression = globToExpression(pattern)
  return [name, app, group].some((text) => expression.test(text))
}

export function globToExpression(pattern: string): RegExp {
  const parts = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}
