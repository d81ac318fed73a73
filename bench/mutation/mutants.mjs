// Mutation testing: makes each small change that Stryker knows of in some files, and runs tests with each, to find what
// they do not check. `npm install --no-save @stryker-mutator/instrumenter@9`, then
// `node bench/mutation/mutants.mjs src/base/money.ts test/base/money.test.ts`; any number of files and tests. With --fast,
// processes of their own are only for what the loading of modules meets.
import { readFileSync } from "node:fs";
import { relative } from "node:path";

import { Instrumenter } from "@stryker-mutator/instrumenter";

import { openAlone, ROOT, tryTogether } from "./try-changes.mjs";

const files = process.argv.slice(2).filter((path) => path.startsWith("src/"));
const isFast = process.argv.includes("--fast");
const tests = process.argv.slice(2).filter((path) => path.startsWith("test/"));

const silent = { debug() {}, info() {}, isDebugEnabled: () => false };
const sources = files.map((name) => ({ name: ROOT + name, mutate: true, content: readFileSync(ROOT + name, "utf8") }));
const options = { plugins: null, excludedMutations: [], ignorers: [] };
const { files: changed, mutants } = await new Instrumenter(silent).instrument(sources, options);

const plugin = {
  name: "mutants",
  enforce: "pre",
  load: (id) => changed.find(({ name }) => name === id.split("?")[0])?.content,
};

const ids = await tryTogether([plugin], tests);
const [noticed, hung, met, atLoad] = ["noticed", "hung", "met", "static"].map(ids);
const alone = await openAlone([plugin], tests);
const survived = [];
for (const mutant of mutants) {
  const { id } = mutant;
  if (noticed.has(id) || hung.has(id)) continue;
  // A test of its own process may notice what others hid: a cache that they filled, a test that cannot be repeated.
  if ((atLoad.has(id) || (met.has(id) && !isFast)) && (await alone.isNoticed(id, tests))) continue;
  survived.push(mutant);
}
await alone.close();

for (const { id, fileName, location, mutatorName, replacement } of survived) {
  const { start, end } = location;
  const lines = readFileSync(fileName, "utf8")
    .split("\n")
    .slice(start.line, end.line + 1);
  const isOne = start.line === end.line;
  const original = isOne ? lines[0].slice(start.column, end.column) : `${lines[0].slice(start.column)} ...`;
  const shown = [original, replacement].map((text) => text.replaceAll(/\s+/g, " ").slice(0, 80));
  const state = met.has(id) || atLoad.has(id) ? "survived" : "not covered";
  console.log(
    `${relative(ROOT, fileName)}:${start.line + 1}:${start.column + 1} ${state}, ${mutatorName}: ${shown.join("  =>  ")}`,
  );
}
for (const file of files) {
  const all = mutants.filter(({ fileName }) => fileName === ROOT + file);
  const killed = all.length - survived.filter(({ fileName }) => fileName === ROOT + file).length;
  console.log(`| \`${file}\` | ${all.length} | ${killed} | ${((100 * killed) / all.length).toFixed(1)} |`);
}
process.exitCode = 0; // tests failed on purpose
