/** The most that a package may weigh once it is installed. */
export interface PackageBudget {
  readonly unpackedBytes: number
  readonly files: number
}

// About a tenth above what they weigh: who goes over either saves elsewhere, or raises the number here
// and says in the commit what it is spent on.
export const PACKAGE_BUDGETS = {
  '@oneprisma/client': { unpackedBytes: 330_000, files: 60 },
  '@oneprisma/testing': { unpackedBytes: 250_000, files: 115 },
  oneprisma: { unpackedBytes: 1_460_000, files: 6 },
  '@oneprisma/eslint-plugin': { unpackedBytes: 300_000, files: 6 },
} as const satisfies Readonly<Record<string, PackageBudget>>

/** The most bytes that a bundle gets from all exports of an entry, minified and gzipped. */
export const BUNDLE_BUDGETS: Readonly<Record<string, number>> = {
  '.': 7_800,
  './pg': 6_500,
  './script': 3_700,
  './health': 2_000,
  './retry': 5_500,
  './fleet': 10_700,
  './serverless': 3_000,
  './tenants': 10_800,
  './cloudflare': 3_700,
  './context': 2_200,
  './telemetry': 16_600,
  './opentelemetry': 7_400,
  './prometheus': 4_000,
  './next': 3_600,
}

/** The same of `sharePrisma` alone: the limit of `npm run bench -- cold`. */
export const SHARE_PRISMA_BYTES = 6_000

/** What is over its budget, or has none, a sentence each. */
export function overBudget(
  sizes: Readonly<Record<string, number>>,
  budgets: Readonly<Record<string, number>>,
): readonly string[] {
  return Object.entries(sizes).flatMap(([name, size]) => {
    const budget = budgets[name]
    if (budget === undefined) return `${name} has no budget; it is ${size}.`
    return size > budget ? `${name} is ${size}, and may be ${budget}.` : []
  })
}
