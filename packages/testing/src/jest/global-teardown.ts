import { closeRememberedRun } from './remembered-run.ts'

/** Drops the databases of the run and stops an embedded server. */
const tearDown: () => Promise<void> = closeRememberedRun
export default tearDown
