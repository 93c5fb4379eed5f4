// Loaded into the help desk's server before anything else. A client of Prisma makes its pool when it
// connects, so the pools of `pg` are the clients that have reached the database.
const { writeFileSync } = require('node:fs')

const pg = require(require.resolve('pg', { paths: [process.cwd()] }))
const file = process.env.CLIENT_COUNT_FILE
const connected = new Set()
let made = 0
let atMost = 0

pg.Pool = class extends pg.Pool {
  constructor(...args) {
    super(...args)
    made++
    this.on('connect', () => note(connected.add(this)))
    this.on('remove', () => {
      if (this.totalCount === 0) connected.delete(this)
    })
  }
}

function note() {
  atMost = Math.max(atMost, connected.size)
  writeFileSync(file, JSON.stringify({ made, atMost }))
}
