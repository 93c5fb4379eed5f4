import {
  ancestorsOf,
  unwrap,
  wrapped,
  type Edit,
  type ModuleSource,
  type Node,
} from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { Note } from '../report/finding.ts'
import { freeName } from '../scan/free-name.ts'
import { isWithin } from '../scan/is-within.ts'
import { applyEdits } from '../text/apply-edits.ts'
import { rangesOf } from './dependencies.ts'
import { declarationsOf } from './global-declaration.ts'
import { removeImports } from './import-removal.ts'
import { extentOf, lineStart, removeLines } from './line-removal.ts'
import { constantsToMove, listenersToMove } from './moved-statements.ts'
import { observeAdapter } from './observed-adapter.ts'
import { findOrphans } from './orphans.ts'
import type { SharedModuleShape } from './recognize-shared-module.ts'
import { importEdit } from './share-import.ts'
import type { Sharing } from './sharing.ts'
import { styleOf } from './source-style.ts'
import { upgradeNotes } from './upgrade-notes.ts'
import { writeCallback } from './write-callback.ts'

/** What makes an existing shared module lazy, and one per process. */
export interface SharedModuleUpgrade {
  readonly edits: readonly Edit[]
  readonly text: string
  /** What package.json needs for it: name to range. */
  readonly dependencies: Readonly<Record<string, string>>
  readonly notes: readonly Note[]
}

export interface UpgradeOptions {
  /**
   * Which shared client it is, where a process has several.
   *
   * @default the one without a name
   */
  readonly name?: string
}

/**
 * Puts the creation of the client into `sharePrisma` and takes the global guard away, with all else
 * as it was. A module that is shared already, or that cannot be upgraded, keeps its text.
 */
export function upgradeSharedModule(
  module: ModuleSource,
  shape: SharedModuleShape,
  project: Project,
  options: UpgradeOptions = {},
): SharedModuleUpgrade {
  const owner = project.packageOf(module.path)
  const notes = (adapter?: ReturnType<typeof observeAdapter>): readonly Note[] =>
    upgradeNotes(module, shape, owner, adapter)
  if (shape.sharing === undefined) {
    return { edits: [], text: module.text, dependencies: {}, notes: notes() }
  }

  const { edits, adapter } = editsOf(shape.sharing, options)
  return {
    edits,
    text: applyEdits(module.text, edits),
    dependencies: rangesOf(owner, ['@oneprisma/client']),
    notes: notes(adapter),
  }
}

function editsOf(
  sharing: Sharing,
  { name }: UpgradeOptions,
): {
  readonly edits: readonly Edit[]
  readonly adapter: ReturnType<typeof observeAdapter>
} {
  const { analysis, anchor, makers, guards, slots } = sharing
  const { module } = analysis
  const [maker] = makers
  const names = {
    share: freeName(module.scopes, 'sharePrisma', 'shareOnePrisma'),
    observe: freeName(module.scopes, 'observe', 'observeAdapter'),
    client: freeName(module.scopes, 'client', 'newClient'),
  }
  const constants = constantsToMove(sharing)
  const listeners = listenersToMove(sharing)
  const target = unwrap(anchor.node)
  const outer = wrapped(maker.node)
  const made = isWithin(outer, target) || !isWithin(maker.node, target) ? outer : maker.node
  const isNamed = maker.kind === 'function' && maker.node !== maker.fn
  // A factory can be given `observe` where nothing else calls it.
  const callsOnce = !isNamed || isCalledOnce(sharing, maker.node)
  const scope = maker.kind === 'function' ? [maker.fn] : constants
  const found = observeAdapter(sharing, scope, names.observe)
  const adapter = callsOnce ? found : { edits: [], built: [], unknown: found.built }

  const callback = writeCallback({
    sharing,
    names,
    made,
    constants,
    listeners,
    adapterEdits: adapter.edits,
  })
  const style = styleOf(module)
  const named = name === undefined ? '' : `, { name: ${style.quote}${name}${style.quote} }`
  const call = `${names.share}(${callback.text}${named})`
  const kept = [made, ...constants, ...listeners]
  const leaving = [...guards, ...declarationsOf(slots, module.program.body)]
  const orphans = findOrphans(analysis, [...leaving, target], kept)
  const imports = removeImports(orphans, module)
  const statements = orphans.filter(({ type }) => !type.startsWith('Import'))
  const removed = [...leaving, ...statements, ...constants, ...listeners]
  const edits = [
    ...anchorEdits(sharing, target, call, made),
    ...callback.edits,
    ...imports.edits,
    ...removeLines([...removed.map((node) => extentOf(node, module)), ...imports.whole], module),
    importEdit(sharing, names.share, callback.needsTools, style),
  ]
  return { edits: edits.toSorted((one, other) => one.start - other.start), adapter }
}

/** Gives the variable, or what is exported directly, its new value. */
function anchorEdits(
  { analysis, anchor }: Sharing,
  target: Node,
  call: string,
  made: Node,
): Edit[] {
  const { text } = analysis.module
  if (target.type !== 'VariableDeclarator') {
    const [start, end] = target.range
    const isInPlace = isWithin(made, target)
    const around = isInPlace
      ? text.slice(start, made.range[0]) + text.slice(made.range[1], end)
      : text.slice(start, end)
    return [...commentEdits(around, start, text), { start, end, text: call }]
  }
  const declaration = target.parent
  const keyword = declaration.kind
  const [start] = declaration.range
  return [
    ...(keyword === 'const' ? [] : [{ start, end: start + keyword.length, text: 'const' }]),
    { start: anchor.node.range[1], end: anchor.node.range[1], text: ` = ${call}` },
  ]
}

/** Keeps the comments that stand within the part of an expression that goes. */
function commentEdits(gone: string, at: number, text: string): Edit[] {
  const comments = gone.match(/\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g) ?? []
  const start = lineStart(text, at)
  const indent = /^[^\S\r\n]*/.exec(text.slice(start))?.[0] ?? ''
  return comments.map((comment) => ({ start, end: start, text: `${indent}${comment}\n` }))
}

function isCalledOnce({ analysis, anchor, guards }: Sharing, name: Node): boolean {
  const variable = analysis.evaluator.names.variableOf(name)
  const uses =
    variable?.references.filter(
      ({ init, identifier, isTypeReference }) =>
        init !== true &&
        !isTypeReference &&
        identifier.parent.type !== 'TSTypeQuery' &&
        ![anchor.node, ...guards].some((part) => isWithin(identifier, part)),
    ) ?? []
  const declared = variable?.defs[0]?.node
  const isExported =
    declared !== undefined &&
    [...ancestorsOf(declared)].some(({ type }) => type.startsWith('Export'))
  return uses.length === 0 && !isExported
}
