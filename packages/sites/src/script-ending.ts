import type { Variable } from '@typescript-eslint/scope-manager'
import { SharedClient, type SharedClientOptions } from './disconnect-client.ts'
import { listCandidates } from './ending-candidates.ts'
import { disconnectFirst } from './ending-disconnect-first.ts'
import { addDisconnect, addFinally, makeFinally } from './ending-finally.ts'
import { followScript, type Ending } from './ending-flow.ts'
import { NO_MENDING } from './ending-mending.ts'
import { settle, type Settled } from './ending-settle.ts'
import { softenExit } from './ending-soften.ts'
import { CLOSING, mayBe, OPEN } from './ending-state.ts'
import { isOwnedByRuntime } from './ending-owner.ts'
import type { Edit, ModuleSource } from './module-source.ts'
import type { SiteNote } from './site-note.ts'
import type { Node } from './walk.ts'

export interface MendScriptEndingOptions {
  readonly format: 'esm' | 'cjs'
  /** The name under which the module will know the shared client. */
  readonly name: string
  /** The expressions that a migration replaces by the shared client and that no variable holds. */
  readonly expressions?: Iterable<Node>
}

export interface MendedEnding {
  readonly edits: readonly Edit[]
  readonly notes: readonly SiteNote[]
}

/**
 * Makes a script disconnect its client on every path, by the smallest change that does it, and
 * lets no `process.exit` skip that. What cannot be mended with certainty becomes a note.
 */
export function mendScriptEnding(
  module: ModuleSource,
  clients: readonly Variable[],
  options: MendScriptEndingOptions,
): MendedEnding {
  const client = new SharedClient(module, clients, options)
  if (isOwnedByRuntime(module, client)) return { edits: [], notes: [] }

  const asIs = followScript(module.program, client, NO_MENDING)
  const candidates = listCandidates({ runs: asIs.runs, format: options.format, client })
  for (const candidate of candidates) {
    const settled = settle(candidate, module, client, options.name)
    if (settled === undefined) continue
    return {
      edits: editsOf(settled, module, client, options.name),
      notes: settled.left.map((exit) => noteExit(exit, module)),
    }
  }
  return { edits: [], notes: noteAll(asIs, module) }
}

/**
 * Says where a script, as it stands, may end without disconnecting its client. Nothing is mended.
 */
export function findOpenEndings(
  module: ModuleSource,
  clients: readonly Variable[],
  options: SharedClientOptions = {},
): readonly SiteNote[] {
  const client = new SharedClient(module, clients, options)
  if (isOwnedByRuntime(module, client)) return []
  const ending = followScript(module.program, client, NO_MENDING)
  return inOrder([
    ...noteExits(ending, module),
    ...(mayHang(ending) ? noteOpenEnds(ending, module) : []),
  ])
}

// What fails and is not caught ends the process at once, with all that it holds.
function mayHang({ runs, end }: Ending): boolean {
  return (
    mayBe(end, OPEN) ||
    runs.some(({ isAwaited, fulfilled }) => !isAwaited && mayBe(fulfilled, OPEN))
  )
}

function editsOf(
  { mending }: Settled,
  module: ModuleSource,
  client: SharedClient,
  name: string,
): readonly Edit[] {
  const edits = [
    ...[...mending.softened].flatMap((exit) => softenExit(exit, module, client) ?? []),
    ...[...mending.disconnectedFirst].flatMap(
      (exit) => disconnectFirst(exit, module, client, name) ?? [],
    ),
  ]
  if (mending.finallyInstead !== undefined) edits.push(makeFinally(mending.finallyInstead))
  if (mending.finallyAfter !== undefined) {
    edits.push(addFinally(mending.finallyAfter, name, module))
  }
  if (mending.isDisconnectedAtEnd) edits.push(addDisconnect(name, module))
  return edits.toSorted((one, two) => one.start - two.start)
}

function noteAll(ending: Ending, module: ModuleSource): readonly SiteNote[] {
  return inOrder([...noteExits(ending, module), ...noteOpenEnds(ending, module)])
}

function inOrder(notes: readonly SiteNote[]): readonly SiteNote[] {
  return notes.toSorted((one, two) => one.offset - two.offset)
}

function noteExits({ exits }: Ending, module: ModuleSource): readonly SiteNote[] {
  return [...exits]
    .filter(([, states]) => mayBe(states, OPEN | CLOSING))
    .map(([exit]) => noteExit(exit, module))
}

function noteOpenEnds({ runs, end }: Ending, { program }: ModuleSource): readonly SiteNote[] {
  const open = runs.find(({ fulfilled, rejected }) => mayBe(fulfilled | rejected, OPEN))
  const place = open?.expression ?? (mayBe(end, OPEN) ? program.body.at(-1) : undefined)
  if (place === undefined) return []
  return [
    {
      code: 'SCRIPT_WITHOUT_DISCONNECT',
      offset: place.range[0],
      message:
        'This script may end without disconnecting the shared client, whose idle connections then hold it. ' +
        'Hand what it does to `runScript` of @oneprisma/client/script, or await `$disconnect()` on every path.',
    },
  ]
}

function noteExit(exit: Node, { text }: ModuleSource): SiteNote {
  return {
    code: 'EXIT_SKIPS_DISCONNECT',
    offset: exit.range[0],
    message:
      `\`${text.slice(...exit.range)}\` ends the process before the shared client is disconnected, and cuts off what is in flight. ` +
      'Set `process.exitCode` and return, or await `$disconnect()` before it.',
  }
}
