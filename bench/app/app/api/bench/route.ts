import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { trace } from '../../../lib/trace'

export const dynamic = 'force-dynamic'

/** What the process has: clients alive after a garbage collection, clients ever made, its heap. */
export async function GET(): Promise<Response> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  // What a finished request held is let go of after the turn that finished it.
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    collect()
  }
  return Response.json({
    pid: process.pid,
    alive: trace.clients.filter((client) => client.deref() !== undefined).length,
    constructed: trace.constructed,
    heapBytes: process.memoryUsage().heapUsed,
    instrumentation: globalThis.modelsInInstrumentation?.() ?? [],
  })
}
