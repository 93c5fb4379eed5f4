/** Runs once when a server starts. A database that is away must not keep the server from starting. */
export async function register(): Promise<void> {
  // In this form, and no other, webpack leaves the import out of the bundle for the edge runtime.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { closeWithNext } = await import('@oneprisma/client/next')
    closeWithNext({ readinessDelayMs: Number(process.env.READINESS_DELAY_MS ?? 0) })
    const { default: prisma } = await import('@/lib/prisma')
    prisma.$queryRaw`SELECT 1`.then(
      () => console.log('The database answers.'),
      (error: unknown) => {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
        console.error(`The database does not answer yet (${code}).`)
      },
    )
  }
}
