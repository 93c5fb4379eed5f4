import { maySeeStatus } from '@/lib/access'
import { processStatus } from '@/lib/process-status'

export const dynamic = 'force-dynamic'

export async function GET(): Promise<Response> {
  if (!(await maySeeStatus())) return Response.json({ error: 'Not found.' }, { status: 404 })

  return Response.json(processStatus(), { headers: { 'cache-control': 'no-store' } })
}
