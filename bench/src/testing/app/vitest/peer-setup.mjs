// The module that hands out the client is replaced, as the package's documentation has it.
globalThis.benchClient = globalThis.prismaPostgresTestContext.client
