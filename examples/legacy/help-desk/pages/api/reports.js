import { ReportService } from '@/lib/report-service'

const reports = new ReportService()

export default async function handler(req, res) {
  res.json(await reports.summary())
}
