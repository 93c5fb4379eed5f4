import { checkAccelerate } from './checks/accelerate.ts'
import { checkAuthTables } from './checks/auth-tables.ts'
import { checkClients } from './checks/clients.ts'
import { checkConstruction } from './checks/construction.ts'
import { checkDirectUrl } from './checks/direct-url.ts'
import { checkDuplicates } from './checks/duplicates.ts'
import { checkEdge } from './checks/edge.ts'
import { checkGenerate } from './checks/generate.ts'
import { checkGeneratedClient } from './checks/generated-client.ts'
import { checkInstallCommands } from './checks/install-commands.ts'
import { checkLogging } from './checks/logging.ts'
import { checkNextExternals } from './checks/next-externals.ts'
import { checkNodeVersion } from './checks/node-version.ts'
import { checkPinning } from './checks/pinning.ts'
import { checkPoolArgument } from './checks/pool-argument.ts'
import { checkPoolBounds } from './checks/pool-bounds.ts'
import { checkPooler } from './checks/pooler.ts'
import { checkProcesses } from './checks/processes.ts'
import { checkQueryTimeout } from './checks/query-timeout.ts'
import { checkScripts } from './checks/scripts.ts'
import { checkTls } from './checks/tls.ts'
import { checkUrlParameters } from './checks/url-parameters.ts'
import { checkVersions } from './checks/versions.ts'
import type { DoctorFinding } from './finding.ts'
import type { Subject } from './subject.ts'

const CHECKS: readonly ((subject: Subject) => readonly DoctorFinding[])[] = [
  checkVersions,
  checkNodeVersion,
  checkPinning,
  checkInstallCommands,
  checkDuplicates,
  checkGeneratedClient,
  checkGenerate,
  checkAccelerate,
  checkConstruction,
  checkClients,
  checkPoolArgument,
  checkPoolBounds,
  checkQueryTimeout,
  checkProcesses,
  checkUrlParameters,
  checkPooler,
  checkDirectUrl,
  checkTls,
  checkLogging,
  checkEdge,
  checkNextExternals,
  checkScripts,
  checkAuthTables,
]

/** Everything that the files of a repository tell. Nothing is run, and nothing is asked of a server. */
export function examine(subject: Subject): readonly DoctorFinding[] {
  return CHECKS.flatMap((check) => check(subject))
}
