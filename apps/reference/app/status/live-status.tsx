'use client'

import { useEffect, useState } from 'react'
import type { ProcessStatus } from '@/lib/process-status'
import { Activity } from './activity'
import { ClientCard } from './client-card'
import { RequestSearch } from './request-search'

const POLL_MS = 1_000
const KEPT_SAMPLES = 120

/** Shows the process as it is now and over the last two minutes. */
export function LiveStatus({
  first,
  requestId,
}: {
  first: ProcessStatus
  requestId: string | undefined
}) {
  const [samples, setSamples] = useState([first])
  const [isLost, setIsLost] = useState(false)

  useEffect(() => {
    const leave = new AbortController()
    const query = requestId === undefined ? '' : `?request=${encodeURIComponent(requestId)}`
    const poll = async (): Promise<void> => {
      while (!leave.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
        try {
          const response = await fetch(`/api/status${query}`, {
            signal: leave.signal,
            cache: 'no-store',
          })
          if (!response.ok) throw new Error(`The server answered ${response.status}.`)
          const next: ProcessStatus = await response.json()
          setSamples((before) => [...before, next].slice(-KEPT_SAMPLES))
          setIsLost(false)
        } catch {
          setIsLost(!leave.signal.aborted)
        }
      }
    }
    void poll()
    return () => leave.abort()
  }, [requestId])

  const latest = samples.at(-1) ?? first
  return (
    <>
      <h1>Status</h1>
      <p className="muted number" role="status">
        Process {latest.pid}, up {duration(latest.uptimeSeconds)}, heap{' '}
        {Math.round(latest.heapBytes / 1_048_576)} MB{' '}
        {isLost ? <span className="tag warn">no answer</span> : <span className="tag">live</span>}
      </p>
      {latest.clients.length === 0 && <p>No shared client has been defined yet.</p>}
      {latest.clients.map((client) => (
        <ClientCard
          key={client.name}
          client={client}
          history={samples.flatMap((sample) =>
            sample.clients.filter((one) => one.name === client.name),
          )}
        />
      ))}
      <RequestSearch requestId={requestId} />
      {latest.activity && (
        <Activity activity={latest.activity} at={latest.at} requestId={requestId} />
      )}
    </>
  )
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  return minutes < 1
    ? `${seconds} s`
    : minutes < 60
      ? `${minutes} min`
      : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
