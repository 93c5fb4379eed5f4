// The tests of one file, alike for every runner and file: each would fail if another had written to
// its database.
const ROLLS_BACK = process.env.ISOLATION === 'transaction'
const SAME = { email: 'same@example.com' }

exports.testUsers = (prisma, { test, equal, afterAll }) => {
  test('finds the first rows alone', async () => {
    equal(await prisma.user.count(), 1)
  })
  test.skip('is left out', () => {
    equal('this test', 'run')
  })
  test.todo('is to be written')
  test('writes', async () => {
    await prisma.user.create({ data: SAME })
    equal(await prisma.user.count(), 2)
  })
  test('finds what its isolation says', async () => {
    equal(await prisma.user.count(), ROLLS_BACK ? 1 : 2)
    if (process.env.FAILS === 'yes') equal('this test', 'a failed one')
  })
  // What ends the tests of other files where they share a client.
  afterAll(() => prisma.$disconnect())
}
