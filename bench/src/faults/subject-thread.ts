// A worker thread with a client of its own, which reads once and ends.
import { workerData } from 'node:worker_threads'
import type { SubjectSettings } from './protocol.ts'
import { subjectClient } from './subject-client.ts'

// What `readInThreads` passes.
const client = await subjectClient(workerData as SubjectSettings)
await client.user.findMany({ take: 1 })
