import { withContext } from '@oneprisma/client/context'
import { maySeeStatus } from '@/lib/access'
import { processStatus } from '@/lib/process-status'

export const dynamic = 'force-dynamic'

async function status(): Promise<Response> {
  if (!(await maySeeStatus())) return Response.json({ error: 'Not found.' }, { status: 404 })

  return Response.json(processStatus(), { headers: { 'cache-control': 'no-store' } })
}

export const GET = withContext(status, { route: '/api/status' })
