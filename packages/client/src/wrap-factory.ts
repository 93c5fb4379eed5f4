import { bound, isAdapterFactory, type Adapter, type AdapterFactory } from './driver-adapter.ts'
import { OnePrismaError } from './errors.ts'

/**
 * Wraps a driver adapter by delegation. Every call is made on the original object, because adapters
 * use private fields that a `Proxy` could not reach, and optional members exist only where the
 * original has them, because Prisma asks for their presence.
 *
 * @param wrapper - The name of the function that got it, for the error.
 *
 * @throws OnePrismaError `INVALID_OPTION`
 *
 * @internal
 */
export function wrapFactory<Factory extends object>(
  factory: Factory,
  wrapper: string,
  connect: (original: AdapterFactory) => Promise<Adapter>,
): Factory {
  if (!isAdapterFactory(factory)) {
    throw new OnePrismaError(
      'INVALID_OPTION',
      `Expected \`${wrapper}\` to get a driver adapter, like \`new PrismaPg()\`.`,
    )
  }
  const wrapped: AdapterFactory = {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: () => connect(factory),
    ...bound<AdapterFactory, 'connectToShadowDb'>(factory, ['connectToShadowDb']),
  }
  // The wrapper has every public member of a driver adapter factory; Prisma uses no other.
  return wrapped as unknown as Factory
}
