/** The part of the generated client that is measured. */
export interface MemberClient {
  readonly member: {
    findUnique(args: object): Promise<unknown>
    findMany(args: object): Promise<unknown>
  }
  readonly note: {
    create(args: object): Promise<unknown>
    update(args: object): Promise<unknown>
  }
  $transaction<Result>(run: (tx: MemberClient) => Promise<Result>): Promise<Result>
  $disconnect(): Promise<void>
}

/** Something that is measured, on rows that change from one time to the next. */
interface Part {
  readonly what: string
  /** What it may take of the time of the bare client. */
  readonly limit?: number
  readonly run: (client: MemberClient, time: number) => Promise<unknown>
}

/** The name of an operation. */
export type OperationName = 'lookup' | 'relations' | 'create' | 'update' | 'transaction'

export const PARTS: Readonly<Record<OperationName, Part>> = {
  lookup: {
    what: 'one-row lookup',
    limit: 0.95,
    run: (client, time) => client.member.findUnique({ where: { id: 1 + (time % 1_000) } }),
  },
  // A page of a list, with one query for each relation of all of its rows.
  relations: {
    what: 'list with three relations',
    limit: 0.9,
    run: (client, time) =>
      client.member.findMany({
        where: { teamId: 1 + (time % 100) },
        include: { team: true, orders: true, notes: true },
        orderBy: { id: 'asc' },
        take: 5,
      }),
  },
  create: {
    what: 'create',
    limit: 1,
    run: (client, time) =>
      client.note.create({ data: { text: `note ${time}`, memberId: 1 + (time % 1_000) } }),
  },
  update: {
    what: 'update',
    limit: 1,
    run: (client, time) =>
      client.note.update({ where: { id: 1 + (time % 3_000) }, data: { text: `note ${time}` } }),
  },
  // Nothing is named in one, unless that is asked for.
  transaction: {
    what: 'transaction of three statements',
    run: (client, time) =>
      client.$transaction(async (tx) => {
        await tx.member.findUnique({ where: { id: 1 + (time % 1_000) } })
        const id = 1 + (time % 3_000)
        await tx.note.update({ where: { id }, data: { text: `note ${time}` } })
        await tx.member.findUnique({ where: { id: 1 + ((time * 7) % 1_000) } })
      }),
  },
}
