/** What the API tells of a user. */
export const publicUser = {
  id: true,
  email: true,
  name: true,
  role: true,
  createdAt: true,
} as const
