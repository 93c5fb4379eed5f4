import { outermostLink, readChain, readLink } from './ending-chain.ts'
import { readStyle } from './ending-style.ts'
import type { Edit, ModuleSource } from './module-source.ts'
import type { Node } from './walk.ts'

/** Puts `.finally(() => client.$disconnect())` after a call, on a line of its own where the chain has such lines. */
export function addFinally(call: Node, name: string, module: ModuleSource): Edit {
  const [, end] = call.range
  const { links } = readChain(outermostLink(call))
  const [first] = links
  const space = first === undefined ? '' : gapBefore(first.call, module.text)
  return { start: end, end, text: `${space}.finally(() => ${name}.$disconnect())` }
}

/** Makes `.then(disconnect)` one that also follows a failure: `.finally(disconnect)`. */
export function makeFinally(call: Node): Edit {
  const link = readLink(call)
  const [start, end] = link?.member.property.range ?? call.range
  return { start, end, text: link?.member.computed === true ? "'finally'" : 'finally' }
}

/** Waits for the disconnect where the module ends. */
export function addDisconnect(name: string, module: ModuleSource): Edit {
  const { text, program } = module
  const { semicolon, newline } = readStyle(module)
  const last = program.body.at(-1)?.range[1] ?? 0
  const comment = /^[ \t]*\/\/[^\r\n]*/.exec(text.slice(last))?.[0] ?? ''
  const at = last + comment.length
  return { start: at, end: at, text: `${newline}await ${name}.$disconnect()${semicolon}` }
}

function gapBefore(call: Node, text: string): string {
  const link = readLink(call)
  if (link === undefined) return ''
  const gap = text.slice(link.member.object.range[1], link.member.property.range[0])
  return /\r?\n[ \t]*(?=\.)/.exec(gap)?.[0] ?? ''
}
