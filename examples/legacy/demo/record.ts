import { join } from 'node:path'
import { generatePrismaClient, startPostgres } from '@oneprisma/testing'
import { copyHelpDesk } from './copy-help-desk.ts'
import { buildHelpDesk } from './help-desk-server.ts'
import { Side } from './side.ts'
import { record } from './traffic.ts'

// Records what the help desk answers as it is, for the next time that one of its requests changes.
const folder = join(import.meta.dirname, '../.demo/record/before')
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

copyHelpDesk(folder)
await generatePrismaClient({ cwd: folder })
await buildHelpDesk(folder)
await using postgres = await startPostgres()
await using side = await Side.start(postgres, folder, 'before')
record(await side.replay())
