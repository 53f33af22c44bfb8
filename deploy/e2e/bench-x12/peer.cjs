// One measurement of one file with node-x12, which parses and does not validate: a line of JSON. The file is read until the compiler has had its
// say; the last time counts.
const { readFileSync } = require('node:fs')
const { X12Parser } = require('node-x12')

const text = readFileSync(process.argv[2], 'utf8')
let seconds = 0
for (let turn = 0; turn < 20; turn++) {
  const begun = process.hrtime.bigint()
  const used = process.cpuUsage()
  new X12Parser(true).parse(text)
  const { user, system } = process.cpuUsage(used)
  // other threads of it collect garbage: what is shorter is in its favour
  seconds = Math.min(Number(process.hrtime.bigint() - begun) / 1e9, (user + system) / 1e6)
}
console.log(JSON.stringify({ bytes: Buffer.byteLength(text), seconds }))
