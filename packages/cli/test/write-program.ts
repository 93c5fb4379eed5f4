// Writes what it is told, and stops before it puts one of the files in its place: `ready` is on
// stdout then, and it goes on when its stdin has a line.
import { readSync, renameSync, writeSync } from 'node:fs'
import { holdSignals } from '../src/write/hold-signals.ts'
import { writeFiles } from '../src/write/write-files.ts'

const [root = '', stopAt = '', ...paths] = process.argv.slice(2)

await holdSignals(() =>
  writeFiles(
    root,
    paths.map((path) => ({
      path,
      before: path.startsWith('new') ? undefined : `old ${path}\n`,
      after: `new ${path}\n`,
      edits: [],
    })),
    {
      rename: (from, to) => {
        if (to.endsWith(stopAt)) {
          writeSync(1, 'ready\n')
          readSync(0, Buffer.alloc(1))
        }
        renameSync(from, to)
      },
    },
  ),
)
writeSync(1, 'done\n')
