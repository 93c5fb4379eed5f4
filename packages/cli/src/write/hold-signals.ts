const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs synchronous work that a signal may not cut in two: a signal that comes meanwhile takes
 * effect afterwards.
 */
export async function holdSignals(work: () => void): Promise<void> {
  let held: (typeof SIGNALS)[number] | undefined
  const hold = (signal: (typeof SIGNALS)[number]): void => {
    held = signal
  }
  for (const signal of SIGNALS) process.on(signal, hold)
  try {
    work()
    // Signals are delivered where the event loop polls. The first of two turns may come without.
    await turn()
    await turn()
  } finally {
    for (const signal of SIGNALS) process.off(signal, hold)
  }
  if (held !== undefined) process.kill(process.pid, held)
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
