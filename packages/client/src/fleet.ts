export { withFleet } from './with-fleet.ts'
export { fleetStatus } from './fleet-status.ts'
export type { FleetOptions } from './with-fleet.ts'
export type { FleetCounts, FleetSeen, FleetStatus } from './fleet-status.ts'
