import { TestEnvironment as NodeEnvironment } from 'jest-environment-node'
import { requireRun } from '../run-in-environment.ts'
import { openTestFile, type TestFile } from '../test-file.ts'

/** What is used of an environment of Jest. */
export interface Environment {
  // The global object of a test file is none that Node's types describe.
  readonly global: object
  setup(): Promise<void>
  teardown(): Promise<void>
  handleTestEvent?(event: never, state: never): void | Promise<void>
}

interface JestEvent {
  readonly name: string
  readonly test?: { readonly errors: readonly unknown[] }
}

// A test that is left out starts as well.
const ENDS: ReadonlySet<string> = new Set(['test_done', 'test_skip', 'test_todo'])
const REMEDY =
  "Add `globalSetup: '@oneprisma/testing/jest/global-setup'` to the configuration of Jest."

/**
 * Gives the files of an environment of Jest a database each: for `jest-environment-jsdom`, or one of
 * your own.
 *
 * @example
 * export default withTestDatabase(JSDOMEnvironment)
 */
export function withTestDatabase<Arguments extends unknown[]>(
  Base: new (...args: Arguments) => Environment,
): new (...args: Arguments) => Environment {
  return class extends Base {
    readonly #path: string
    #file: TestFile | undefined
    #hasFailed = false

    constructor(...args: Arguments) {
      super(...args)
      this.#path = pathOf(args[1])
    }

    override async setup(): Promise<void> {
      await super.setup()
      const { process } = this.global as typeof globalThis
      this.#file = await openTestFile(requireRun(REMEDY), {
        global: this.global,
        env: process.env,
        path: this.#path,
        worker: Number(process.env['JEST_WORKER_ID']),
      })
    }

    override async handleTestEvent(event: never, state: never): Promise<void> {
      await super.handleTestEvent?.(event, state)
      // Of jest-circus, which has been Jest's runner since version 27.
      const { name, test }: JestEvent = event
      if (name === 'test_start') await this.#file?.beginTest()
      if (name === 'test_done' && test !== undefined && test.errors.length > 0) {
        this.#hasFailed = true
      }
      if (ENDS.has(name)) await this.#file?.endTest()
    }

    override async teardown(): Promise<void> {
      try {
        const line = await this.#file?.close({ hasFailed: this.#hasFailed })
        if (line !== undefined) process.stderr.write(`${line}\n`)
      } finally {
        await super.teardown()
      }
    }
  }
}

/** Reads the path of the test file out of the context that Jest gives an environment. */
function pathOf(context: unknown): string {
  const hasPath = typeof context === 'object' && context !== null && 'testPath' in context
  return hasPath ? String(context.testPath) : 'a test file'
}

/** Jest's environment for Node, with a database for each file. */
const TestDatabaseEnvironment: new (
  ...args: ConstructorParameters<typeof NodeEnvironment>
) => Environment = withTestDatabase(NodeEnvironment)
export default TestDatabaseEnvironment
