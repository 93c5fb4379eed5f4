/** Where the inventory of a repository is kept, relative to its root. */
export const PAGE = 'docs/backend/prisma-usage-inventory.md'
