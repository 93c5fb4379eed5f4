import { parseArgs, type ParseArgsConfig } from 'node:util'
import { CliError } from './errors.ts'

/**
 * Parses the flags of a command, and what is given beside them.
 *
 * @throws CliError `USAGE`
 */
export function parseFlags<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    // Its first sentence says what is wrong; the others are about how to give odd arguments.
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/)
    throw new CliError('USAGE', message.endsWith('.') ? message : `${message}.`)
  }
}
