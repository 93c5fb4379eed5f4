import {
  edgeReason,
  isErased,
  prismaImports,
  walk,
  type Node,
  type PrismaImport,
} from '@oneprisma/sites'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { placeOf, readDoctorModule, type DoctorModule } from '../module.ts'
import type { Subject } from '../subject.ts'

const REASONS = {
  'edge-config': "`runtime = 'edge'`",
  'edge-middleware': 'the middleware of Next.js',
}

/** How far a chain of imports is followed. */
const MAX_STEPS = 6

// Adapters that connect where there is no Node.js, and what makes a client of one request.
const EDGE_READY =
  /^(?:@prisma\/adapter-(?:neon|planetscale|libsql|d1|ppg)(?:\/|$)|@prisma\/extension-accelerate|@oneprisma\/client\/cloudflare$)/

/** Edge code that loads a client for Node.js, itself or through what it imports. */
export function checkEdge(subject: Subject): readonly DoctorFinding[] {
  const known = new Map<string, DoctorModule | undefined>()
  return subject.files.code.flatMap((path) => {
    const entry = entryAt(path)
    const reason = entry && edgeReason(entry.module, entry.context)
    if (entry === undefined || reason === undefined) return []
    const chain = chainTo(entry)
    if (chain === undefined) return []
    const through = chain.modules.slice(1).map(({ path: step }) => step)
    return [
      found('PRISMA_IN_EDGE', placeOf(entry, chain.node), {
        message: `${reason === 'edge-config' ? 'This module' : 'This file'} runs in an edge runtime (${REASONS[reason]}), and loads a client for Node.js${through.length > 0 ? ` through ${through.map((step) => `\`${step}\``).join(', ')}` : ''}: the build or the first query fails.`,
        evidence: { reason, chain: [path, ...through].join(' > ') },
        change:
          reason === 'edge-config'
            ? "Run it on Node.js: `export const runtime = 'nodejs'`."
            : 'Name it `proxy.ts` (Next.js 16, which runs it on Node.js), or ask for data in a route of the server, and leave the client out of what it imports.',
      }),
    ]
  })

  /** A module that Next.js itself starts, if it can be one of an edge runtime. */
  function entryAt(path: string): DoctorModule | undefined {
    const { framework, folder } = subject.project.packageOf(path)
    if (framework !== 'next') return undefined
    if (isMiddleware(folder === '' ? path : path.slice(folder.length + 1))) return moduleAt(path)
    return ENTRY.test(path)
      ? readDoctorModule(subject.project, path, subject.scan, [Buffer.from('edge')])
      : undefined
  }

  function moduleAt(path: string): DoctorModule | undefined {
    if (!known.has(path)) known.set(path, readDoctorModule(subject.project, path, subject.scan))
    return known.get(path)
  }

  /** The shortest chain of imports from a module to one that loads a client. */
  function chainTo(
    entry: DoctorModule,
  ): { readonly modules: readonly DoctorModule[]; readonly node: Node } | undefined {
    const seen = new Set([entry.path])
    let chains: { modules: readonly DoctorModule[]; node: Node | undefined }[] = [
      { modules: [entry], node: undefined },
    ]
    for (let step = 0; step < MAX_STEPS && chains.length > 0; step++) {
      const next: typeof chains = []
      for (const { modules, node } of chains) {
        const last = modules.at(-1)
        if (last === undefined || isReady(last)) continue
        const loaded = prismaImports(last).find(isClassForNode)
        if (loaded !== undefined) return { modules, node: node ?? loaded.node }
        for (const { path, at } of valueImports(last)) {
          if (seen.has(path)) continue
          seen.add(path)
          const target = moduleAt(path)
          if (target !== undefined) next.push({ modules: [...modules, target], node: node ?? at })
        }
      }
      chains = next
    }
    return undefined
  }

  function valueImports({ path, module, evaluator }: DoctorModule): { path: string; at: Node }[] {
    const imports: { path: string; at: Node }[] = []
    for (const statement of module.program.body) {
      const source = loadedBy(statement)
      const target = source === undefined ? undefined : subject.project.resolve(source, path)
      if (target?.kind === 'file') imports.push({ path: target.path, at: statement })
    }
    return imports

    function loadedBy(statement: Node): string | undefined {
      if (statement.type === 'ImportDeclaration') {
        if (statement.importKind === 'type') return undefined
        const isUsed = statement.specifiers.some(({ local }) =>
          evaluator.names.variableOf(local)?.references.some((use) => !isErased(use)),
        )
        return isUsed || statement.specifiers.length === 0 ? statement.source.value : undefined
      }
      const isHandedOn =
        statement.type === 'ExportAllDeclaration' || statement.type === 'ExportNamedDeclaration'
      if (!isHandedOn || statement.exportKind === 'type') return undefined
      const exports = statement.source && evaluator.moduleOf(statement.source.value, 're-export')
      // Of a module that hands everything on, only what leads to a client is followed.
      return exports?.kind === 'module' && exports.exports.size > 0
        ? statement.source?.value
        : undefined
    }
  }
}

const ENTRY =
  /(?:^|\/)(?:pages\/api\/.*|route|page|layout|opengraph-image|twitter-image|icon)\.[jt]sx?$/

function isMiddleware(inPackage: string): boolean {
  return /^(?:src\/)?middleware\.[jt]s$/.test(inPackage)
}

/** The class, and not one that is generated for an edge runtime. Who imports a client gets there, too. */
function isClassForNode({ value }: PrismaImport): boolean {
  return value.kind === 'constructor' && !value.isEdge
}

function isReady({ module }: DoctorModule): boolean {
  let isFound = false
  walk(module.program, (node) => {
    if (node.type === 'ImportDeclaration' && EDGE_READY.test(node.source.value)) isFound = true
  })
  return isFound
}
