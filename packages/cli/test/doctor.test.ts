import { describe, expect, it } from 'vitest'
import { DOCTOR_CHECKS } from '../src/doctor/codes.ts'
import { STATIC_CHECKS, type StaticCode } from '../src/doctor/static-codes.ts'
import { BROKEN, HEALTHY, HEALTHY_NEXT } from './doctor-apps.ts'
import { findingsOf } from './doctor-run.ts'

// The table has a row for each code: its keys are the codes.
const APPS = (Object.keys(BROKEN) as StaticCode[]).map((code) => [code, BROKEN[code]] as const)

describe('doctor', () => {
  it.each([
    ['on Node.js', HEALTHY],
    ['on Next.js', HEALTHY_NEXT],
  ])('has nothing to say of a healthy app %s', async (_, app) => {
    expect(await findingsOf(app)).toEqual([])
  })

  it('has a broken app for each code', () => {
    expect(Object.keys(BROKEN).toSorted()).toEqual(Object.keys(STATIC_CHECKS).toSorted())
  })

  it.each(APPS)('finds %s and nothing else', async (code, { broken }) => {
    const findings = await findingsOf(broken)

    expect(new Set(findings.map((each) => each.code))).toEqual(new Set([code]))
    for (const { severity, message, change, path } of findings) {
      expect(severity).toBe(DOCTOR_CHECKS[code].severity)
      expect(message).toMatch(/^[\w`'].*[.!]$/)
      expect(change).toMatch(/^[A-Z].*[.!]$/)
      expect(path).toBeDefined()
    }
  })

  it.each(APPS)('finds nothing once %s is put right', async (_, { broken, fixed }) => {
    expect(await findingsOf({ ...broken, ...fixed })).toEqual([])
  })

  it('turns hosted Accelerate into an error on the day it is retired', async () => {
    const { broken } = BROKEN.ACCELERATE_RETIRED

    const [before] = await findingsOf(broken, Date.parse('2026-11-30T23:59:59Z'))
    const [after] = await findingsOf(broken, Date.parse('2026-12-01T00:00:00Z'))

    expect(before).toMatchObject({
      severity: 'warning',
      message: expect.stringMatching(/2026-12-01/),
    })
    expect(after).toMatchObject({ severity: 'error', message: expect.stringMatching(/retired on/) })
  })
})
