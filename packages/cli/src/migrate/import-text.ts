import type { BindingStatement } from './binding-statement.ts'
import type { TextStyle } from '../text/text-style.ts'

/** The statement that brings the shared client into a module, without its line end. */
export function importText(
  form: BindingStatement['form'],
  local: string,
  exported: string | undefined,
  specifier: string,
  { quote, semicolon }: TextStyle,
  isCommonJsTarget: boolean,
): string {
  const from = `${quote}${specifier}${quote}`
  if (form === 'import') {
    const names =
      exported === undefined
        ? local
        : `{ ${exported === local ? local : `${exported} as ${local}`} }`
    return `import ${names} from ${from}${semicolon}`
  }
  const load = form === 'require' ? `require(${from})` : `await import(${from})`
  const isWhole = exported === undefined && form === 'require' && isCommonJsTarget
  const key = exported ?? 'default'
  const names = isWhole ? local : `{ ${key === local ? local : `${key}: ${local}`} }`
  return `const ${names} = ${load}${semicolon}`
}
