import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generatePrismaClient } from '@oneprisma/testing'

const SOURCE = join(import.meta.dirname, 'app')
const MODULES = join(import.meta.dirname, '../../../node_modules')

/** A small application with test files for two runners. */
export class AppFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'bench-testing-'))

  private constructor(files: number) {
    cpSync(SOURCE, this.path, { recursive: true })
    symlinkSync(MODULES, join(this.path, 'node_modules'))
    for (const runner of ['vitest', 'jest']) mkdirSync(join(this.path, runner, 'files'))
    for (let file = 1; file <= files; file++) {
      const call = `testRows('file ${file}', test)\n`
      writeFileSync(
        join(this.path, `vitest/files/${file}.test.mjs`),
        `import { test } from 'vitest'\nimport { testRows } from '../../lib/rows.cjs'\n\n${call}`,
      )
      writeFileSync(
        join(this.path, `jest/files/${file}.test.cjs`),
        `const { testRows } = require('../../lib/rows.cjs')\n\n${call}`,
      )
    }
  }

  /** Makes the folder, with a number of test files for each runner. */
  static async make(files: number): Promise<AppFolder> {
    const folder = new AppFolder(files)
    await generatePrismaClient({ cwd: folder.path, schema: 'prisma/schema.prisma' })
    return folder
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 })
  }
}
