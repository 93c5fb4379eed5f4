export type JsonObject = Readonly<Record<string, unknown>>

export type ParsedJson =
  | { readonly ok: true; readonly value: JsonObject; readonly isStrict: boolean }
  | { readonly ok: false; readonly message: string }

/** Parses a JSON object that may have comments and trailing commas, as a tsconfig.json may. */
export function parseJson(text: string): ParsedJson {
  const strict = tryParse(text)
  if (!(strict instanceof Error)) return objectOf(strict, true)
  const lenient = tryParse(withoutTrailingCommas(withoutComments(text)))
  if (!(lenient instanceof Error)) return objectOf(lenient, false)
  return { ok: false, message: lenient.message }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of an object that are strings. */
export function stringsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {}
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function objectOf(value: unknown, isStrict: boolean): ParsedJson {
  return isObject(value)
    ? { ok: true, value, isStrict }
    : { ok: false, message: 'Expected an object.' }
}

const STRING_OR_COMMENT = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g
const STRING_OR_TRAILING_COMMA = /"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g

// Blanks of the same length keep the positions that the parser names in its messages.
function withoutComments(text: string): string {
  return text.replaceAll(STRING_OR_COMMENT, (part) =>
    part.startsWith('"') ? part : part.replaceAll(/[^\n]/g, ' '),
  )
}

function withoutTrailingCommas(text: string): string {
  return text.replaceAll(STRING_OR_TRAILING_COMMA, (part) => (part.startsWith('"') ? part : ' '))
}
