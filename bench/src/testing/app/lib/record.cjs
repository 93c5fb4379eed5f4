const { appendFileSync } = require('node:fs')

/** Hands a line to the bench. */
exports.record = (line) => appendFileSync(process.env.BENCH_RECORDS, `${JSON.stringify(line)}\n`)
