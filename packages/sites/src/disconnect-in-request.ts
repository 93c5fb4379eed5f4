import type { Variable } from '@typescript-eslint/scope-manager'
import { SharedClient } from './disconnect-client.ts'
import { runsAtEnd } from './disconnect-place.ts'
import type { ModuleSource } from './module-source.ts'
import type { SiteNote } from './site-note.ts'
import { walk, type Node } from './walk.ts'

export interface FindDisconnectsOptions {
  /** The expressions that a migration replaces by the shared client and that no variable holds. */
  readonly expressions?: Iterable<Node>
}

/** Finds where long-lived code would disconnect the client that it now shares with all others. */
export function findDisconnects(
  module: ModuleSource,
  clients: readonly Variable[],
  options: FindDisconnectsOptions = {},
): SiteNote[] {
  const client = new SharedClient(module, clients, options)
  const notes: SiteNote[] = []
  walk(module.program, (node) => {
    if (!isMention(node, client) || runsAtEnd(node, client)) return
    notes.push(noteDisconnect(node, module))
  })
  return notes
}

/** Whether a node is where `$disconnect` is taken from a client, or used under a name of its own. */
function isMention(node: Node, client: SharedClient): boolean {
  if (node.type !== 'Identifier' && node.type !== 'MemberExpression') return false
  return client.isDisconnectMethod(node) && isRead(node, client)
}

function isRead(node: Node, client: SharedClient): boolean {
  return node.type === 'MemberExpression' || client.names.referenceOf(node)?.isRead() === true
}

function noteDisconnect(node: Node, { text }: ModuleSource): SiteNote {
  return {
    code: 'DISCONNECT_IN_REQUEST',
    offset: node.range[0],
    message:
      `\`${text.slice(...node.range)}\` closes the shared client for everyone in this process, and the next query has to connect again. ` +
      'Remove it: the client closes when the process ends.',
  }
}
