import type { Log, ReportingDescriptor, Result } from 'sarif'
import {
  FINGERPRINT,
  fingerprint,
  KIND_AND_LEVEL,
  locationOf,
  pascalCase,
  ROOT,
} from '../report/sarif-parts.ts'
import { DOCTOR_CHECKS, doctorUrl, type DoctorCode } from './codes.ts'
import type { DoctorFinding } from './finding.ts'

/** The findings of the doctor as SARIF 2.1.0, for code scanning of GitHub and its like. */
export function toDoctorSarif(findings: readonly DoctorFinding[], toolVersion: string): Log {
  const counts = new Map<string, number>()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'oneprisma doctor', version: toolVersion, rules: RULES } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { description: { text: 'The root of the repository.' } } },
        results: findings.map(toResult),
      },
    ],
  }

  function toResult(finding: DoctorFinding): Result {
    const { code, severity, path, line = 1, column, message, evidence, change } = finding
    const key = `${path ?? ''}\0${code}`
    const number = (counts.get(key) ?? 0) + 1
    counts.set(key, number)
    return {
      ruleId: code,
      ruleIndex: RULES.findIndex(({ id }) => id === code),
      ...KIND_AND_LEVEL[severity],
      message: { text: `${message} ${change}` },
      // What is about the server has no place in a file.
      locations:
        path === undefined
          ? []
          : [locationOf({ path, line, ...(column !== undefined && { column }) })],
      partialFingerprints: { [FINGERPRINT]: fingerprint([path ?? '', code, `${number}`]) },
      properties: { ...evidence },
    }
  }
}

// The table has a row for each code: its keys are the codes.
const RULES = (Object.keys(DOCTOR_CHECKS) as DoctorCode[]).map((code): ReportingDescriptor => ({
  id: code,
  name: pascalCase(code),
  shortDescription: { text: DOCTOR_CHECKS[code].title },
  helpUri: doctorUrl(code),
}))
