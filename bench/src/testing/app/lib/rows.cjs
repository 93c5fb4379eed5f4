// The tests of one file: each writes what every other file writes as well, under a name that may be
// there once, and looks for rows that are not its own.
const { record } = require('./record.cjs')

const TESTS = ['one', 'two', 'three']
const ROLLS_BACK = process.env.BENCH_ROLLS_BACK === 'yes'

exports.testRows = (file, test) => {
  for (const [index, name] of TESTS.entries()) {
    test(name, async () => {
      let violations = 1
      try {
        violations = await violationsIn(file, name, ROLLS_BACK ? 1 : index + 1)
      } finally {
        record({ violations })
      }
    })
  }
}

async function violationsIn(file, name, expected) {
  // A package that hands out a client of its own has put it here.
  const prisma = globalThis.benchClient ?? require('./prisma.cjs').prisma
  await prisma.$transaction([prisma.row.create({ data: { file, test: name } })])
  const others = await prisma.row.count({ where: { file: { not: file } } })
  const own = await prisma.row.count({ where: { file } })
  return others + Math.abs(own - expected)
}
