export { checkHealth } from './check-health.ts'
export { livenessRoute, readinessRoute } from './health-routes.ts'
export type { Health, HealthOptions } from './check-health.ts'
export type { HealthRoute, PagesResponse } from './health-routes.ts'
