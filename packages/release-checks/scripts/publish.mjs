// Publishes the packages whose version npm does not have yet, so that a release which stopped half-way
// can be run again. Further arguments are handed to npm: `--dry-run`, `--tag next`.
import { spawnSync } from 'node:child_process'
import { RELEASED } from './released-packages.mjs'

for (const { name, version, path } of RELEASED) {
  if (isPublished(`${name}@${version}`)) {
    console.log(`${name} ${version} is on npm already.`)
    continue
  }
  const { status } = spawnSync('npm', ['publish', '--ignore-scripts', ...process.argv.slice(2)], {
    cwd: path,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`npm did not publish ${name} ${version}; it says why above.`)
}

/** Whether npm has the version. That it cannot be asked is no answer, and ends the release. */
function isPublished(specifier) {
  const { status, stdout } = spawnSync('npm', ['view', specifier, 'version', '--json'], {
    encoding: 'utf8',
  })
  if (status === 0) return stdout.trim() !== ''
  const { error } = JSON.parse(stdout)
  if (error.code === 'E404') return false
  throw new Error(`npm could not be asked for ${specifier}: ${error.code}.`)
}
