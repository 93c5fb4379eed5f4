import { modelsOf } from '../lib/models'
import { clientOfRoute, edit } from '../lib/prisma'

export const dynamic = 'force-dynamic'

const prisma = clientOfRoute()

export default async function Page() {
  const answer = { users: await prisma.user.count(), edit, models: modelsOf(prisma) }
  return <pre>{JSON.stringify(answer)}</pre>
}
