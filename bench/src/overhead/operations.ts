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

/** What is measured, each on rows that change from one time to the next. */
export const OPERATIONS = {
  lookup: (client, time) => client.member.findUnique({ where: { id: 1 + (time % 1_000) } }),
  // A page of a list, with one query for each relation of all of its rows.
  relations: (client, time) =>
    client.member.findMany({
      where: { teamId: 1 + (time % 100) },
      include: { team: true, orders: true, notes: true },
      orderBy: { id: 'asc' },
      take: 5,
    }),
  create: (client, time) =>
    client.note.create({ data: { text: `note ${time}`, memberId: 1 + (time % 1_000) } }),
  update: (client, time) =>
    client.note.update({ where: { id: 1 + (time % 3_000) }, data: { text: `note ${time}` } }),
  transaction: (client, time) =>
    client.$transaction(async (tx) => {
      await tx.member.findUnique({ where: { id: 1 + (time % 1_000) } })
      const id = 1 + (time % 3_000)
      await tx.note.update({ where: { id }, data: { text: `note ${time}` } })
      await tx.member.findUnique({ where: { id: 1 + ((time * 7) % 1_000) } })
    }),
} satisfies Readonly<Record<string, (client: MemberClient, time: number) => Promise<unknown>>>

/** The name of an operation. */
export type OperationName = keyof typeof OPERATIONS
