import prisma from '@/lib/prisma'

export const dynamic = 'force-dynamic'

const TIMEOUT_MS = 2_000

/** `/api/health` says that the process answers; `/api/health?ready` asks the database as well. */
export async function GET(request: Request): Promise<Response> {
  if (!new URL(request.url).searchParams.has('ready')) return Response.json({ live: true })

  // `$connect` proves nothing: only a query reaches the server.
  const isReady = await Promise.race([
    prisma.$queryRaw`SELECT 1`.then(
      () => true,
      () => false,
    ),
    new Promise<false>((resolve) => setTimeout(resolve, TIMEOUT_MS, false).unref()),
  ])
  return Response.json({ ready: isReady }, { status: isReady ? 200 : 503 })
}
