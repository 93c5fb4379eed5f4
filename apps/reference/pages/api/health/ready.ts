import { readinessRoute } from '@oneprisma/client/health'
import prisma from '@/lib/prisma'

/** Whether requests may be sent here: what a readiness probe or a load balancer asks. */
export default readinessRoute(prisma).handler
