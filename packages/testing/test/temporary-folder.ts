import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for one test, removed at its end. */
export class TemporaryFolder implements Disposable {
  readonly path: string

  constructor(mode = 0o755) {
    this.path = mkdtempSync(join(tmpdir(), 'testing-'))
    chmodSync(this.path, mode)
  }

  get names(): string[] {
    return readdirSync(this.path)
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 })
  }
}
