/** A metric that an expression of PromQL reads, with the matchers of its labels. */
export interface Selector {
  readonly metric: string
  readonly matchers: ReadonlyArray<{ readonly label: string; readonly value: string }>
}

/** What an expression of PromQL reads: enough of it to find names that do not exist. */
export interface Reading {
  readonly selectors: readonly Selector[]
  /** Labels that it groups or joins by. */
  readonly grouping: readonly string[]
}

const TOKENS = /"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[$\w:.]+|=~|!~|!=|>=|<=|\S/g
const GROUPING = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'])
const WORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', ...GROUPING])
const IS_NAME = /^[a-zA-Z_:][\w:]*$/

/** Reads the names out of an expression of PromQL; whether it is valid is not asked here. */
export function readPromQl(expression: string): Reading {
  const tokens: readonly string[] = expression.match(TOKENS) ?? []
  const selectors: Selector[] = []
  const grouping: string[] = []
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? ''
    const next = tokens[index + 1]
    if (GROUPING.has(token) && next === '(') {
      const end = tokens.indexOf(')', index)
      grouping.push(...tokens.slice(index + 2, end).filter((name) => IS_NAME.test(name)))
      index = end
    } else if (IS_NAME.test(token) && !WORDS.has(token) && next !== '(' && !isFollowed(next)) {
      const end = next === '{' ? tokens.indexOf('}', index) : index
      selectors.push({ metric: token, matchers: matchersOf(tokens.slice(index + 2, end)) })
      index = end
    }
  }
  return { selectors, grouping }
}

/** Of an aggregation, the grouping may come before what is aggregated: `sum by (client) (...)`. */
function isFollowed(next: string | undefined): boolean {
  return next === 'by' || next === 'without'
}

/** `label`, operator, `"value"`, comma, and so on. */
function matchersOf(tokens: readonly string[]): Selector['matchers'] {
  return tokens.flatMap((label, index) => {
    const value = tokens[index + 2]
    const isMatcher = IS_NAME.test(label) && value?.startsWith('"') === true
    return isMatcher ? [{ label, value: value.slice(1, -1) }] : []
  })
}
