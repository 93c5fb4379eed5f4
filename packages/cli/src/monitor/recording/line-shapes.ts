import type { RecordedLine } from './recording.ts'
import type { Shape } from './shape.ts'

const SPREAD: Shape = { mean: 'number', max: 'number' }
const BUCKET: Shape = ['number or null']

/** What lines have to look like, so that whoever reads a recording can rely on their types. */
export const LINE_SHAPES: Readonly<Record<RecordedLine['type'], Shape>> = {
  header: {
    format: 'string',
    version: 'number',
    startedAt: 'number',
    windowMs: 'number',
    intervalMs: 'number',
    measures: {
      connections: 'string',
      'app?': 'string',
      operations: 'string',
      'histogram?': 'string',
      'by?': 'string',
    },
    'server?': {
      version: 'string',
      database: 'string',
      maxConnections: 'number',
      reserved: 'number',
      seesAll: 'boolean',
      isPooled: 'boolean',
      hasStatements: 'boolean',
    },
    blind: [{ code: 'string', message: 'string' }],
  },
  window: {
    startedAt: 'number',
    durationMs: 'number',
    'arm?': 'string',
    'connections?': SPREAD,
    'operations?': 'number',
    'errors?': 'number',
    'latency?': { p50: 'number', p95: 'number', p99: 'number', 'mean?': 'number', count: 'number' },
    'buckets?': { p50: BUCKET, p95: BUCKET, p99: BUCKET },
    'processes?': { 'connections?': 'number', 'operations?': 'number' },
    'groups?': { '*': SPREAD },
    'pool?': {
      'waiting?': SPREAD,
      'timeouts?': 'number',
      'waitMeanMs?': 'number',
      'opened?': 'number',
      'max?': 'number',
    },
    'server?': {
      samples: 'number',
      'active?': SPREAD,
      'inTransaction?': SPREAD,
      'database?': {
        commits: 'number',
        rollbacks: 'number',
        deadlocks: 'number',
        'sessions?': 'number',
        'brokenSessions?': 'number',
      },
      'statements?': { calls: 'number', meanMs: 'number' },
    },
    'gaps?': [{ source: 'string', code: 'string', message: 'string' }],
  },
  gap: { startedAt: 'number', durationMs: 'number', code: 'string', message: 'string' },
  mark: { at: 'number', text: 'string', 'isFound?': 'boolean' },
  end: { at: 'number', reason: 'string' },
}
