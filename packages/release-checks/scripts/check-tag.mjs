// Refuses a tag that does not name the version of the packages, or a version that no changelog tells of.
//
//     node packages/release-checks/scripts/check-tag.mjs v0.1.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RELEASED } from './released-packages.mjs'

const [tag = ''] = process.argv.slice(2)
const complaints = RELEASED.flatMap(({ name, version, path }) => {
  const changelog = join(path, 'CHANGELOG.md')
  const tells =
    existsSync(changelog) && readFileSync(changelog, 'utf8').includes(`\n## ${version}\n`)
  return [
    tag === `v${version}` ? [] : `${name} has version ${version}, and the tag is "${tag}".`,
    tells
      ? []
      : `The changelog of ${name} does not tell of ${version}. Run \`npm run release:version\`.`,
  ].flat()
})
for (const complaint of complaints) console.error(complaint)
if (complaints.length > 0) process.exitCode = 1
