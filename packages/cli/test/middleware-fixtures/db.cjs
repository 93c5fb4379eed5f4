const { PrismaPg } = require('@prisma/adapter-pg')
const { PrismaClient } = require('./generated')

module.exports = function make(connectionString) {
  const seen = []
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) })

  // Outermost: sees what callers ask for.
  prisma.$use(async (params, next) => {
    seen.push(['outer before', params.model, params.action])
    try {
      const result = await next(params)
      seen.push(['outer after', result])
      return result
    } catch (error) {
      seen.push(['outer failed', error.code])
      throw error
    }
  })

  prisma.$use(async ({ model, action, args }, next) => {
    seen.push(['inner before', model, action])
    const result = await next({ model, action, args })
    seen.push(['inner after', result])
    return result
  })

  prisma.$use(async (params, next) => {
    if (params.model === 'User') {
      switch (params.action) {
        case 'create':
          params.args.data.email = params.args.data.email.toLowerCase()
          return next({
            ...params,
            args: { ...params.args, data: { name: 'nobody', ...params.args.data } },
          })
        case 'findUnique':
          if (params.args.where.email === 'nobody') return { id: 0 }
          break
        case 'findMany':
          params.args = { ...params.args, where: { deleted: false, ...params.args?.where } }
          break
      }
    }
    return next(params)
  })

  return { prisma, seen }
}
