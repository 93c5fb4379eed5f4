import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@/generated/prisma'

export class ReportService {
  constructor() {
    const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
    this.prisma = new PrismaClient({ adapter })
  }

  async summary() {
    const byStatus = await this.prisma.ticket.groupBy({
      by: ['status'],
      _count: true,
      orderBy: { status: 'asc' },
    })
    const { _sum } = await this.prisma.payment.aggregate({ _sum: { cents: true } })
    return {
      tickets: Object.fromEntries(byStatus.map((row) => [row.status, row._count])),
      revenueCents: _sum.cents ?? 0,
    }
  }
}
