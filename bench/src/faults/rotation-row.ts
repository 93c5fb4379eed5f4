import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { LoadRow } from './load-row.ts'
import type { FaultLab } from './rig.ts'

const ROTATIONS = 5
const BETWEEN_MS = 300
const LIFETIME_MS = 100

/** Passwords that change while connections come and go: ours asks for it, the bare client has one. */
export const ROTATION_ROW: LoadRow = {
  name: '17 password rotated',
  settings: {
    maxLifetimeMs: LIFETIME_MS,
    barePool: { maxLifetimeSeconds: LIFETIME_MS / 1_000 },
  },
  readsSurvive: true,
  writesSurvive: true,
  recoveryMs: 1_000,
  callMs: 2_000,
  // Connections are opened all the time: that is what meets the rotations, and no storm.
  connectionsPerSecond: 100,
  faultMs: BETWEEN_MS,
  prepare: async (lab) => {
    await lab.ask('DROP ROLE IF EXISTS rotated')
    await lab.ask('CREATE ROLE rotated LOGIN IN ROLE pg_read_all_data, pg_write_all_data')
    await rotate(lab, 0)
    return { login: ['rotated', passwordOf(0)], passwordFile: fileOf(lab) }
  },
  inject: async (lab) => {
    for (let number = 1; number <= ROTATIONS; number++) {
      await rotate(lab, number)
      await delay(BETWEEN_MS)
    }
    return () => {}
  },
}

/** Changes the password at the server, and then where clients find it. */
async function rotate(lab: FaultLab, number: number): Promise<void> {
  await lab.ask(`ALTER ROLE rotated PASSWORD '${passwordOf(number)}'`)
  // As an agent of a vault does: whoever reads finds the old one or the new one.
  await writeFile(`${fileOf(lab)}.new`, passwordOf(number))
  await rename(`${fileOf(lab)}.new`, fileOf(lab))
}

function passwordOf(number: number): string {
  return `password-${number}`
}

function fileOf(lab: FaultLab): string {
  return join(lab.folder, 'password')
}
