import { notFound } from 'next/navigation'
import { maySeeStatus } from '@/lib/access'
import { processStatus } from '@/lib/process-status'
import { LiveStatus } from './live-status'

export const dynamic = 'force-dynamic'

export default async function Status({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  if (!(await maySeeStatus())) notFound()

  const { request } = await searchParams
  const requestId = typeof request === 'string' && request !== '' ? request : undefined
  // Another request is another page, with samples of its own.
  return <LiveStatus key={requestId} first={processStatus(requestId)} requestId={requestId} />
}
