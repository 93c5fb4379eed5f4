// Prints the `new PrismaClient` of a list of files, found with jscodeshift in one process.
const { readFileSync } = require('node:fs')
const path = require('node:path')
const jscodeshift = require('jscodeshift').withParser('tsx')
const { newClients } = require('./new-clients.cjs')

const [root, list] = process.argv.slice(2)
const sites = []
let failures = 0
for (const file of JSON.parse(readFileSync(list, 'utf8'))) {
  try {
    const program = jscodeshift(readFileSync(path.join(root, file), 'utf8'))
    sites.push(...newClients(jscodeshift, program).map((line) => `${file}:${line}`))
  } catch {
    failures++
  }
}
console.log(JSON.stringify({ sites, failures }))
