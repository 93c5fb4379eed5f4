export async function register(): Promise<void> {
  // In this form, and no other, webpack leaves the import out of the bundle for the edge runtime.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { clientOfRoute, endWithServer } = await import('./lib/prisma')
    await endWithServer()
    const { modelsOf } = await import('./lib/models')
    const prisma = clientOfRoute()
    // This bundle is evaluated once; the handle that it kept is asked again and again.
    globalThis.modelsInInstrumentation = () => modelsOf(prisma)
    if (process.env.NEXT_PHASE !== 'phase-production-build') await prisma.user.count()
  }
}

declare global {
  var modelsInInstrumentation: (() => string[]) | undefined
}
