import { livenessRoute } from '@oneprisma/client/health'

export const dynamic = 'force-dynamic'

/** Whether the process answers: what a liveness probe asks. */
export const { GET } = livenessRoute()
