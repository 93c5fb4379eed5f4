import { withContext } from '@oneprisma/client/context'
import { maySeeStatus } from '@/lib/access'
import { processStatus } from '@/lib/process-status'

export const dynamic = 'force-dynamic'

async function status(request: Request): Promise<Response> {
  if (!(await maySeeStatus())) return Response.json({ error: 'Not found.' }, { status: 404 })

  const asked = new URL(request.url).searchParams.get('request') ?? undefined
  return Response.json(processStatus(asked), { headers: { 'cache-control': 'no-store' } })
}

export const GET = withContext(status, { route: '/api/status' })
