import { notFound } from 'next/navigation'
import { maySeeStatus } from '@/lib/access'
import { processStatus } from '@/lib/process-status'
import { LiveStatus } from './live-status'

export const dynamic = 'force-dynamic'

export default async function Status() {
  if (!(await maySeeStatus())) notFound()

  return <LiveStatus first={processStatus()} />
}
