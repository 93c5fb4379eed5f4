export { shareTenants } from './share-tenants.ts'
export type { TenantLease, Tenants, TenantsStatus, TenantStatus } from './share-tenants.ts'
export type { ShareTenantsOptions, TenantTools } from './tenant-source.ts'
