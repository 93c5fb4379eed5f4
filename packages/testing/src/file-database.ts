import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { DeskAddress, DeskAnswer, DeskQuestion } from './database-desk.ts'
import { TestingError } from './errors.ts'

// A copy of a large database takes its time.
const ANSWER_TIMEOUT_MS = 60_000

/** The database of a test file, until it is given back. */
export class FileDatabase {
  readonly name: string
  readonly #desk: DeskConnection

  private constructor(name: string, desk: DeskConnection) {
    this.name = name
    this.#desk = desk
  }

  /** @throws TestingError `RUN_ENDED`, `DATABASE_UNAVAILABLE` */
  static async take({ port, token }: DeskAddress): Promise<FileDatabase> {
    const desk = new DeskConnection(port)
    const { database } = await desk.ask({ token })
    if (database === undefined) throw runEnded()
    return new FileDatabase(database, desk)
  }

  /**
   * Keeps it for a look, unless enough are kept already; returns the name that it has then.
   *
   * @throws TestingError `RUN_ENDED`, `DATABASE_UNAVAILABLE`
   */
  async keep(): Promise<string | undefined> {
    const { kept } = await this.#desk.ask({ keep: true })
    return kept
  }

  giveBack(): void {
    this.#desk.close()
  }
}

/** A connection to the desk, which keeps this process alive while it waits for an answer. */
class DeskConnection {
  readonly #socket: Socket
  readonly #lines: AsyncIterator<string>

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.unref()
    // Its end says so as well.
    this.#socket.on('error', () => {})
    const lines = createInterface({ input: this.#socket })
    // Without a goodbye there is no end of the input.
    this.#socket.once('close', () => lines.close())
    this.#lines = lines[Symbol.asyncIterator]()
  }

  /** @throws TestingError `RUN_ENDED`, `DATABASE_UNAVAILABLE` */
  async ask(question: DeskQuestion): Promise<DeskAnswer> {
    const late = setTimeout(() => this.close(), ANSWER_TIMEOUT_MS)
    this.#socket.ref()
    try {
      this.#socket.write(`${JSON.stringify(question)}\n`)
      const { done, value } = await this.#lines.next().catch((cause: unknown) => {
        throw runEnded(cause)
      })
      if (done) throw runEnded()
      // The desk writes lines of this shape.
      const answer = JSON.parse(value) as DeskAnswer
      if (answer.failed !== undefined) throw unavailable(answer.failed)
      return answer
    } finally {
      this.#socket.unref()
      clearTimeout(late)
    }
  }

  close(): void {
    this.#socket.destroy()
  }
}

function runEnded(cause?: unknown): TestingError {
  return new TestingError(
    'RUN_ENDED',
    'The process that has started the tests, and hands out their databases, does not answer. Where it has ended, or has closed the run, start the tests again.',
    { cause },
  )
}

function unavailable(reason: string): TestingError {
  return new TestingError(
    'DATABASE_UNAVAILABLE',
    `The server could not make or keep the database of a test file: ${reason}.`,
  )
}
