import type { Target } from './target.ts'

/** Returns the text of a new script, in TypeScript as in JavaScript, that uses the shared client by `specifier`. */
export function scriptTemplate(
  target: Pick<Target, 'hasDefault' | 'named'>,
  specifier: string,
  format: 'esm' | 'cjs',
): string {
  const imports =
    format === 'esm'
      ? `import { runScript } from '@oneprisma/client/script'
import ${bindingOf(target, ' as ')} from '${specifier}'`
      : `const { runScript } = require('@oneprisma/client/script')
const ${bindingOf(target, ': ')} = require('${specifier}')`
  // `void` and not `await`: tsx runs a `.ts` file of a CommonJS package as CommonJS.
  return `${imports}

// runScript closes the client, and ends the process with the exit code that fits.
void runScript(async () => {
  console.log(await prisma.$queryRaw\`SELECT 1 AS one\`)
})
`
}

// The name first: the default import of a TypeScript module that tsx runs as CommonJS is a namespace.
function bindingOf(
  { named, hasDefault }: Pick<Target, 'hasDefault' | 'named'>,
  as: string,
): string {
  if (named === 'prisma') return '{ prisma }'
  if (hasDefault || named === undefined) return 'prisma'
  return `{ ${named}${as}prisma }`
}
