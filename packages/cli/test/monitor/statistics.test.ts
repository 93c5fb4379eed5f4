import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrap } from '../../src/monitor/statistics/block-bootstrap.ts'
import { autocorrelation, blockLengthOf } from '../../src/monitor/statistics/block-length.ts'
import { mean, median, quantile, variance } from '../../src/monitor/statistics/centre.ts'
import { crossing } from '../../src/monitor/statistics/crossing.ts'
import { Drift } from '../../src/monitor/statistics/drift.ts'
import { holm } from '../../src/monitor/statistics/holm.ts'
import { randomFrom } from '../../src/monitor/statistics/random.ts'
import { signedRanks, signFlipPValue } from '../../src/monitor/statistics/sign-flip.ts'
import { normalQuantile, upperQuantile, upperTail } from '../../src/monitor/statistics/student-t.ts'
import { withoutOutliers } from '../../src/monitor/statistics/without-outliers.ts'

// Figures to compare with are those of SciPy 1.17, unless another source is named.

describe('quantile', () => {
  const values = [10.2, 9.7, 10.9, 10.1, 13.4]

  it.each([
    [0, 9.7],
    [0.05, 9.78],
    [0.5, 10.2],
    [0.9, 12.4],
    [1, 13.4],
  ])('is at the share %d the one of NumPy', (share, expected) => {
    expect(quantile(values, share)).toBeCloseTo(expected, 10)
  })

  it('is that of the sorted values, whatever their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }),
        fc.double({ noNaN: true, min: 0, max: 1 }),
        (some, share) => {
          const sorted = some.toSorted((one, other) => one - other)
          const place = (some.length - 1) * share
          const [below = 0, above = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
          expect(quantile(some, share)).toBeCloseTo(below + (above - below) * (place % 1), 6)
        },
      ),
    )
  })

  it('leaves the values as they were', () => {
    const given = [3, 1, 2]

    expect(median(given)).toBe(2)
    expect(given).toEqual([3, 1, 2])
  })

  it('is NaN of nothing', () => {
    expect(median([])).toBeNaN()
  })
})

describe('upperTail', () => {
  it.each([
    [1, 1, 0.25],
    [2.5, 1, 0.12111894159],
    [2, 2, 0.09175170954],
    [2.228, 10, 0.02500588591],
    [-1.5, 7, 0.9113507565],
    [3.3, 16, 0.0022596514504],
    [1.96, 1_000, 0.025136592478],
    [0, 5, 0.5],
  ])('of Student’s t above %d with %d degrees of freedom is %d', (t, degrees, expected) => {
    expect(upperTail(t, degrees)).toBeCloseTo(expected, 9)
  })

  it.each([
    [0.025, 4, 2.7764451052],
    [0.025, 19, 2.0930240544],
    [0.025, 60, 2.000297822],
    [0.005, 16, 2.9207816224],
  ])('has its quantile: above which %d with %d degrees of freedom lies', (share, degrees, t) => {
    expect(upperQuantile(share, degrees)).toBeCloseTo(t, 8)
  })

  it('comes near the normal distribution', () => {
    expect(normalQuantile(0.025)).toBeCloseTo(1.96, 2)
  })
})

describe('crossing', () => {
  it.each([1e-6, 0.3, 5, 4_000])(
    'finds where a function that falls from 0 on is at %d',
    (where) => {
      expect(crossing((x) => Math.exp(-x / where), Math.exp(-1))).toBeCloseTo(where, 6)
    },
  )
})

describe('signFlipPValue', () => {
  const never = (): number => {
    throw new Error('Nothing is to be drawn where all ways can be taken.')
  }

  // The depression scores of Hollander and Wolfe, as in R's help of wilcox.test.
  const depression = [0.952, -0.147, -1.022, 0.43, 0.62, 0.59, 0.49, 0.08, 0.01]

  it.each([
    [depression, 0.25],
    [[1, 2, -3, 4, 5, -6, 7, 8, 9, 10], 66 / 1_024],
    [[1, 2, 3, 4, 5], 2 / 32],
    [[1, 2, 3, 4, -5], 0.625],
    [[1, 1, -1, 2, 2, 0, 0, 3, -2, 1], 0.2109375],
    [[0, 0, 0], 1],
  ])('is the exact one of Wilcoxon’s test for %j', (differences, expected) => {
    expect(signFlipPValue(differences, 1, never)).toBeCloseTo(expected, 10)
  })

  it('comes near the exact one where it has to draw', () => {
    const differences = Array.from({ length: 30 }, (_, at) => ((at * 7) % 30) - 10.5)

    const pValue = signFlipPValue(differences, 1, randomFrom(1))

    expect(pValue).toBeGreaterThan(0.015)
    expect(pValue).toBeLessThan(0.035)
  })

  it('can be no less than one of the ways that it has tried', () => {
    const differences = Array.from({ length: 40 }, (_, at) => at + 1)

    expect(signFlipPValue(differences, 1, randomFrom(1))).toBe(1 / 2_000)
  })

  it('keeps the signs of neighbours to each other in blocks', () => {
    // Two blocks, of which both have to point the same way: 2 of 4.
    expect(signFlipPValue([1, 2, 3, 4, 5, 6], 3, never)).toBe(0.5)
  })

  it('does not care which arm is which, nor in what unit they are', () => {
    const pValue = signFlipPValue(depression, 1, never)

    expect(
      signFlipPValue(
        depression.map((each) => -each),
        1,
        never,
      ),
    ).toBe(pValue)
    expect(
      signFlipPValue(
        depression.map((each) => 1_000 * each),
        1,
        never,
      ),
    ).toBe(pValue)
  })
})

describe('signedRanks', () => {
  it('shares ranks among equals, and gives none to 0', () => {
    expect(signedRanks([1, 1, -1, 2, 2, 0, 0, 3, -2, 1])).toEqual([
      4.5, 4.5, -4.5, 8, 8, 0, 0, 10, -8, 4.5,
    ])
  })
})

describe('holm', () => {
  it('is p.adjust of R', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005])

    expect(adjusted.map((each) => Number(each.toFixed(10)))).toEqual([0.03, 0.06, 0.06, 0.02])
  })

  it('leaves a single one as it is, and none above 1', () => {
    expect(holm([0.04])).toEqual([0.04])
    expect(holm([0.9, 0.8])).toEqual([1, 1])
    expect(holm([])).toEqual([])
  })
})

describe('blockLengthOf', () => {
  const alternating = Array.from({ length: 60 }, (_, at) => at % 2)

  it('is 1 where neighbours are not alike, or nothing moves', () => {
    expect(blockLengthOf([alternating])).toBe(1)
    expect(blockLengthOf([Array.from({ length: 60 }, () => 7)])).toBe(1)
  })

  it('grows with how alike neighbours are, up to an eighth of the series', () => {
    const lengths = [0.3, 0.6, 0.9].map((likeness) =>
      blockLengthOf([autoregressive(200, likeness)]),
    )

    expect(lengths).toEqual(lengths.toSorted((one, other) => one - other))
    expect(lengths[0]).toBeGreaterThan(1)
    expect(blockLengthOf([autoregressive(40, 0.99)])).toBe(5)
  })

  it('corrects the correlation of neighbours for a short series', () => {
    expect(autocorrelation([[1, 2, 3, 4, 5, 4, 3, 2, 1, 2, 3, 4]])).toBeCloseTo(0.7771226415, 9)
  })
})

describe('bootstrap', () => {
  it('takes neighbours along in blocks', () => {
    bootstrap(20, 4, 50, randomFrom(1), (places) => {
      for (let at = 0; at < 20; at += 4) {
        const first = places[at] ?? 0
        expect(places.slice(at, at + 4)).toEqual([first, first + 1, first + 2, first + 3])
        expect(first).toBeGreaterThanOrEqual(0)
        expect(first).toBeLessThanOrEqual(16)
      }
      return 0
    })
  })

  it('comes to the variance of a mean', () => {
    const values = autoregressive(100, 0)
    const means = bootstrap(100, 1, 2_000, randomFrom(1), (places) =>
      mean(places.map((place) => values[place] ?? Number.NaN)),
    )

    expect(variance(means) / (variance(values) / 100)).toBeGreaterThan(0.9)
    expect(variance(means) / (variance(values) / 100)).toBeLessThan(1.1)
  })

  it('comes to a larger one in blocks where neighbours are alike', () => {
    const values = autoregressive(200, 0.7)
    const spreadOf = (blockLength: number): number =>
      variance(
        bootstrap(200, blockLength, 500, randomFrom(1), (places) =>
          mean(places.map((place) => values[place] ?? Number.NaN)),
        ),
      )

    expect(spreadOf(blockLengthOf([values]))).toBeGreaterThan(2 * spreadOf(1))
  })
})

describe('withoutOutliers', () => {
  it('pulls in what is far off, and nothing else', () => {
    const pulled = withoutOutliers([10, 11, 9, 10, 12, 8, 10, 11, 9, 500])

    expect(pulled.slice(0, -1)).toEqual([10, 11, 9, 10, 12, 8, 10, 11, 9])
    expect(pulled.at(-1)).toBeLessThan(300)
  })

  it('leaves counts that are constant but for a few', () => {
    const counts = [10, 10, 10, 10, 9, 10, 10, 10, 10, 11]

    expect(withoutOutliers(counts)).toEqual(counts)
  })
})

describe('Drift', () => {
  const before = [
    0, 0.255, 0.332, 0.188, -0.053, -0.193, -0.112, 0.145, 0.398, 0.471, 0.324, 0.083, -0.054,
    0.031, 0.29, 0.541, 0.61, 0.459, 0.218, 0.085, 0.175, 0.435, 0.684, 0.748,
  ]
  const after = [
    0.35, 0.167, -0.114, -0.081, 0.217, 0.344, 0.113, -0.137, -0.04, 0.262, 0.327, 0.059, -0.149,
    0.008, 0.299, 0.299, 0.007, -0.149, 0.06, 0.327, 0.262, -0.04, -0.137, 0.114, 0.344, 0.217,
    -0.082, -0.114, 0.167, 0.35,
  ]
  const shares = { noise: 1 / 24 + 1 / 30, steps: 54 / 3, apart: 27, least: 0 }

  // Computed apart with NumPy, from densities of normal distributions with full covariances.
  it.each([
    [0.05, 0.64797998856],
    [0.2, 0.13769230295],
    [1, 0.00055280884],
  ])('gives a difference of %d the chance %d', (difference, expected) => {
    expect(new Drift([before, after]).chanceBeyond(difference, shares)).toBeCloseTo(expected, 9)
    expect(new Drift([before, after]).chanceBeyond(-difference, shares)).toBeCloseTo(expected, 9)
  })

  it('tells what drift could do alone', () => {
    const drift = new Drift([before, after])

    expect(drift.chanceOfDriftBeyond(0.2, shares)).toBeCloseTo(0.1026970596, 9)
  })

  it('takes more for possible after a walk than after noise of the same size', () => {
    const noise = autoregressive(60, 0)
    const walk = noise.map((_, at) => mean(noise.slice(0, at + 1)) * Math.sqrt(at + 1))

    const chances = [noise, walk].map((arm) => new Drift([arm, arm]).chanceBeyond(0.6, shares))

    expect(chances[1]).toBeGreaterThan(10 * (chances[0] ?? 1))
  })

  it('expects a line to go on', () => {
    const noise = autoregressive(60, 0).map((value) => value / 50)
    const arms = [noise, noise].map((arm) => arm.map((value, at) => value + at / 60))

    const chanceOf = (difference: number): number =>
      new Drift(arms).chanceBeyond(difference, { noise: 2 / 60, steps: 40, apart: 60, least: 0 })

    // The line rises by 1 from the middle of an arm to that of the other.
    expect(chanceOf(0.8)).toBeGreaterThan(0.9)
    expect(chanceOf(1.2)).toBeLessThan(0.1)
  })

  it('takes a walk elsewhere for a sign of walks here, and a line elsewhere for none of a line', () => {
    const noise = autoregressive(60, 0)
    const line = noise.map((value, at) => value / 10 + at / 10)
    const chances = [[], [noise], [line]].map((others) =>
      new Drift([noise, noise], others).chanceBeyond(0.6, shares),
    )

    expect(chances[1]).toBeLessThan(chances[0] ?? 0)
    expect(chances[2]).toBeGreaterThan(chances[0] ?? 1)
  })

  it('does not expect a line elsewhere to go on here', () => {
    const noise = autoregressive(60, 0).map((value) => value / 50)
    const line = noise.map((value, at) => value + at / 60)
    const drift = new Drift([noise, noise], [line])

    // It is a sign of a walk, which may come to this now and then; a line through all of them would.
    const chance = drift.chanceBeyond(0.5, { noise: 2 / 60, steps: 40, apart: 60, least: 0 })
    expect(chance).toBeGreaterThan(0.001)
    expect(chance).toBeLessThan(0.03)
  })

  it('knows that a constant does not change by itself', () => {
    const drift = new Drift([Array.from({ length: 20 }, () => 4)])

    expect(drift.chanceBeyond(1, shares)).toBe(0)
    expect(drift.chanceBeyond(0, shares)).toBeCloseTo(1, 6)
    expect(drift.chanceBeyond(1, { ...shares, least: 1 })).toBeGreaterThan(0.3)
  })
})

/** A series whose neighbours are so much alike. */
function autoregressive(length: number, likeness: number): number[] {
  const random = randomFrom(5)
  let last = 0
  return Array.from({ length }, () => {
    // Twelve uniform numbers are as good as normal here.
    const shock = Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, -6)
    last = likeness * last + Math.sqrt(1 - likeness ** 2) * shock
    return last
  })
}
