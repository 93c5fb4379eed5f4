// The same as a transform for the command of jscodeshift: prints the sites, and changes nothing.
const { newClients } = require('./new-clients.cjs')

module.exports = ({ path, source }, { jscodeshift }) => {
  for (const line of newClients(jscodeshift, jscodeshift(source))) {
    console.log(`site ${path}:${line}`)
  }
}
module.exports.parser = 'tsx'
