import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { REPOSITORY } from './published-packages.ts'
import { brokenRulesOf, type Workflow } from './workflow-rules.ts'

const FOLDER = join(REPOSITORY, '.github/workflows')

/** Reads a workflow; the rules say what of its shape is taken for granted. */
function workflow(name: string): Workflow {
  return parse(readFileSync(join(FOLDER, name), 'utf8'), { strict: true }) as Workflow
}

describe('the workflows', () => {
  it.each(readdirSync(FOLDER))('keep the rules in %s', (name) => {
    expect(brokenRulesOf(workflow(name))).toEqual([])
  })

  it('name every action with the tag of its commit', () => {
    const texts = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), 'utf8'))

    const uses = texts.flatMap((text) => text.match(/^.*\buses:.*$/gm) ?? [])
    expect(uses.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
  })

  it('test every major of Node.js that is kept up, from the oldest that the packages run on', () => {
    expect(workflow('ci.yml').jobs['test']?.strategy?.matrix?.['node']).toEqual([
      '20.19',
      '22',
      '24',
    ])
  })

  it('give the identity that publishes to one job, in an environment of its own, after the tests', () => {
    const { jobs } = workflow('release.yml')

    const trusted = Object.entries(jobs).filter(
      ([, { permissions }]) => permissions?.['id-token'] === 'write',
    )
    expect(trusted.map(([name]) => name)).toEqual(['publish'])
    expect(jobs['publish']).toMatchObject({ environment: 'release', needs: 'test' })
  })
})

describe('brokenRulesOf', () => {
  it('finds what a workflow must not do', () => {
    const broken: Workflow = {
      permissions: { contents: 'write' },
      jobs: {
        build: {
          steps: [
            { uses: 'actions/checkout@v5' },
            { run: 'echo ${{ github.event.pull_request.title }}' },
          ],
        },
      },
    }

    expect(brokenRulesOf(broken)).toEqual([
      'The workflow gives permissions to all of its jobs.',
      'The workflow has no concurrency.',
      'build has no timeout-minutes.',
      'build names no permissions.',
      'build uses actions/checkout@v5, which is no commit.',
      'build leaves its credentials behind after the checkout.',
      'build puts an expression into a shell.',
    ])
  })
})
