import { collectPrismaMetrics } from '@oneprisma/client/prometheus'
import { register } from 'prom-client'
import { mayScrape } from '@/lib/access'

export const dynamic = 'force-dynamic'

collectPrismaMetrics(register)

export async function GET(request: Request): Promise<Response> {
  if (!mayScrape(request)) return Response.json({ error: 'Not found.' }, { status: 404 })

  return new Response(await register.metrics(), {
    headers: { 'content-type': register.contentType, 'cache-control': 'no-store' },
  })
}
