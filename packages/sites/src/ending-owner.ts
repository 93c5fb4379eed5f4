import type { SharedClient } from './disconnect-client.ts'
import type { ModuleSource } from './module-source.ts'
import { walk } from './walk.ts'

const SCRIPT_MODULE = '@oneprisma/client/script'

/** Whether something other than the text of a script disconnects its client: `runScript`, `using`. */
export function isOwnedByRuntime({ program }: ModuleSource, client: SharedClient): boolean {
  let isOwned = false
  walk(program, (node) => {
    if (node.type === 'ImportDeclaration' && node.source.value === SCRIPT_MODULE) isOwned = true
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier') {
      const [source] = node.arguments
      const isRequire = client.names.globalName(node.callee) === 'require'
      if (isRequire && source?.type === 'Literal' && source.value === SCRIPT_MODULE) isOwned = true
    }
    if (node.type === 'VariableDeclaration' && node.kind.endsWith('using')) {
      isOwned ||= node.declarations.some(
        ({ id, init }) => client.isClient(id) || (init !== null && client.isClient(init)),
      )
    }
  })
  return isOwned
}
