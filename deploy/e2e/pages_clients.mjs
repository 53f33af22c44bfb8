// Looks at every page with axe in Chromium: node pages_clients.mjs BASE CHROMIUM
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const [base, executablePath] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
let failed = false;

/** Every page, and whether any violation counts or only a serious one. */
const list = await (await fetch(`${base}/reference`)).text();
const references = [...list.matchAll(/href="(\/reference\/[a-z-]+)"/g)].map((match) => match[1]);
const pages = [["/", true], ["/reference", true], ["/reference/unknown", true], ...references.map((path) => [path, false])];
if (references.length < 6) throw new Error(`only ${references.length} references were found`);

console.log("| page | requests | violations |\n|---|---|---|");
for (const [path, strict] of pages) {
  for (const width of [1280, 360]) {
    const page = await browser.newPage();
    // axe is put into the page by the debugger; the page's own policy stays as it is for everything else.
    await page.setBypassCSP(true);
    await page.setViewport({ width, height: 900 });
    const requests = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(base + path, { waitUntil: "networkidle0" });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    const counted = violations.filter(({ impact }) => strict || impact === "serious" || impact === "critical");
    const elsewhere = requests.filter((url) => !url.startsWith(base));
    console.log(`| ${path} at ${width} px | ${requests.length} | ${violations.length} (${counted.length} counted) |`);
    for (const { id, impact, nodes } of counted) console.log(`  ${impact} ${id}: ${nodes[0].html.slice(0, 160)}`);
    for (const url of elsewhere) console.log(`  leaves the machine: ${url}`);
    failed ||= counted.length > 0 || elsewhere.length > 0;
    await page.close();
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
