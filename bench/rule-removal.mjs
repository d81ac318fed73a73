// Removes every rule in turn and runs the tests of its place, to find the rules that no test would miss. A rule is an
// element of a table, or a condition or an addition to a list in a function that decides. Prints each rule that no test
// noticed, and those of a place without any. `node bench/rule-removal.mjs`, or with parts of file names:
// `... study-verdict audit/rules`. With --fast only those tests that can be run again in one process.
import { openAlone, ROOT, tryTogether } from "./mutation/try-changes.mjs";
import { guardRules } from "./rule-removal/guard-rules.mjs";
import { PLACES } from "./rule-removal/places.mjs";

const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const isFast = process.argv.includes("--fast");
const places = PLACES.filter(([file]) => asked.length === 0 || asked.some((part) => file.includes(part)));
const tests = [...new Set(places.flatMap(([, , paths]) => paths))];

/** The rules that were met while sources were transformed: `file#name#index` and the rule in short. */
const found = new Map();
const plugin = guardRules(ROOT, places, (key, text) => found.set(key, text));

const ids = await tryTogether([plugin], tests);
const noticed = new Set([...ids("noticed"), ...ids("hung")]);
const alone = isFast ? undefined : await openAlone([plugin], tests);
let unnoticed = 0;
for (const [file, names, paths] of places) {
  const isHere = (key) => names.some((name) => key.startsWith(`${file}#${name === "*" ? "" : `${name}#`}`));
  const keys = [...found.keys()].filter(isHere);
  let missed = 0;
  for (const key of keys) {
    if (noticed.has(key) || (!isFast && (await alone.isNoticed(key, paths)))) continue;
    missed += 1;
    console.log(`NOT NOTICED ${key}: ${found.get(key)}`);
  }
  unnoticed += missed;
  console.log(`${file} ${names.join(", ")}: ${keys.length} rules, ${missed} not noticed`);
}
await alone?.close();
console.log(`${found.size} rules, ${unnoticed} that no test would miss`);
process.exitCode = unnoticed === 0 ? 0 : 1;
