// Measures one file with node-x12, which parses and does not validate, and prints a line of JSON. The file is
// read several times, so that the compiler has optimized the code; the last run counts.
const { readFileSync } = require('node:fs')
const { X12Parser } = require('node-x12')

const text = readFileSync(process.argv[2], 'utf8')
let seconds = 0
for (let turn = 0; turn < 20; turn++) {
  const begun = process.hrtime.bigint()
  const used = process.cpuUsage()
  new X12Parser(true).parse(text)
  const { user, system } = process.cpuUsage(used)
  // garbage is collected by other threads: the shorter time favours the peer
  seconds = Math.min(Number(process.hrtime.bigint() - begun) / 1e9, (user + system) / 1e6)
}
console.log(JSON.stringify({ bytes: Buffer.byteLength(text), seconds }))
