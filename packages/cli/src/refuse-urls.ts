import { CliError } from './errors.ts'

/**
 * Refuses a connection string among the arguments, before anything can repeat it: whoever lists the
 * processes of the machine sees it there.
 *
 * @throws CliError `USAGE`
 */
export function refuseUrls(args: readonly string[]): void {
  if (!args.some((arg) => /^[^/\s]*:\/\//.test(arg))) return
  throw new CliError(
    'USAGE',
    'An argument is a connection string, which others can see in the list of processes. Put it in a variable, and name that by --url-env.',
  )
}
