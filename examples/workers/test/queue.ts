import type { Prisma } from '../generated/client.ts'

/** A queue as a test sees it: it adds jobs, and looks at what became of them. */
export interface Queue {
  /** Adds the job that ships an order, in a transaction on the orders if there is one. */
  readonly add: (orderId: number, tx?: Prisma.TransactionClient) => Promise<void>
  /** The ids of the orders whose jobs are recorded as done, and of those whose jobs wait. */
  readonly jobs: () => Promise<{ done: number[]; waiting: number[] }>
  readonly close: () => Promise<void>
}
