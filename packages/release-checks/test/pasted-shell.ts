import { delimiter } from 'node:path'
import { run, type Run } from './run.ts'

/** A shell of a user that commands are pasted into, block after block. */
export class PastedShell {
  readonly #folder: string
  readonly #env: Readonly<Record<string, string>>

  /** A shell in a folder, with variables beside those of this process. */
  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder
    // npm puts there the commands of this repository, which a user does not have.
    const path = (process.env['PATH'] ?? '').split(delimiter)
    const ofUser = path.filter((entry) => !entry.includes('node_modules')).join(delimiter)
    this.#env = { ...env, PATH: ofUser, NO_COLOR: '1' }
  }

  /** Runs commands up to the first that fails, with the folder and the variables that those before left. */
  paste(commands: string): Promise<Run> {
    const state = `${this.#folder}.state`
    const script = `[ ! -f ${state} ] || . ${state}
trap '{ export -p; printf "cd %q\\n" "$PWD"; } > ${state}' EXIT
${commands}`
    return run('bash', ['-e', '-c', script], { cwd: this.#folder, env: this.#env })
  }
}
