import { describe, expect, it } from 'vitest'
import { MENDED, MENDED_AT_THE_TOP, type EndingShape } from './ending-shapes.ts'
import { mend } from './mended.ts'
import { runScript, type RunScriptOptions } from './run-script.ts'

const HEADS = {
  esm: "import { prisma } from './client.js';\n",
  cjs: "const { prisma } = require('./client.cjs');\n",
}
const IN_COMMONJS = ['a bare main', 'a function that is called where it stands']

// An error that nobody catches at the top ends the process before its last line.
const CUT_OFF_BY_ERRORS = [
  'queries at the top',
  'two awaited functions',
  'an exit in the middle of a module, which cannot return',
]

const rows = [
  ...[...MENDED, ...MENDED_AT_THE_TOP].map((shape) => ({ ...shape, format: 'esm' as const })),
  ...MENDED.filter(({ name }) => IN_COMMONJS.includes(name)).map((shape) => ({
    ...shape,
    format: 'cjs' as const,
  })),
]

describe('a mended script', () => {
  it.each(rows)('says and ends the same, and is disconnected: $name ($format)', async (shape) => {
    const [goodBefore, badBefore, good, bad] = await Promise.all([
      run(shape, 'before', { format: shape.format, fails: false }),
      run(shape, 'before', { format: shape.format, fails: true }),
      run(shape, 'mended', { format: shape.format, fails: false }),
      run(shape, 'mended', { format: shape.format, fails: true }),
    ])

    expect([good.code, good.said, good.error]).toEqual([
      goodBefore.code,
      goodBefore.said,
      goodBefore.error,
    ])
    expect([bad.code, bad.said, bad.error]).toEqual([
      badBefore.code,
      badBefore.said,
      badBefore.error,
    ])
    expect([goodBefore.isDisconnected, badBefore.isDisconnected]).toContain(false)
    expect([good.isDisconnected, bad.isDisconnected]).toEqual([
      true,
      !CUT_OFF_BY_ERRORS.includes(shape.name),
    ])
  })
})

async function run(shape: EndingShape, version: 'before' | 'mended', options: RunScriptOptions) {
  const script = HEADS[options.format] + shape.before
  return runScript(version === 'mended' ? mend(script, options.format).text : script, options)
}
