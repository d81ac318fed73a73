// False alarms of watched signals over simulated years, and how soon a change is found: eight signals, 52 weekly looks, a
// reference of 8 batches, one row for each world. Prints one table and one JSON line.
//
//     node bench/watch.bench.mjs [--years 10000] [--seed 1]
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";

import { simulateYears, WORLDS } from "./watch-years.mjs";

const { values } = parseArgs({
  options: { years: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } },
  strict: false,
});
const library = new URL("../dist/statistics/index.js", import.meta.url);
if (!existsSync(library)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}
const { monitorSeries, mixFactor } = await import(library.href);
const { seededRandom } = await import(new URL("../dist/base/random.js", import.meta.url).href);
const tools = { monitor: monitorSeries, mixFactor, seeded: seededRandom };
const [years, seed] = [Number(values.years), Number(values.seed)];
const print = (line) => process.stdout.write(`${line}\n`);

print(`${"world".padEnd(32)}${"years".padStart(8)}${"false alarms".padStart(14)}`);
const alarms = Object.keys(WORLDS).map((world) => {
  const found = simulateYears(tools, { world, years, seed });
  print(`${world.padEnd(32)}${String(years).padStart(8)}${`${(100 * found.falseAlarms).toFixed(2)} %`.padStart(14)}`);
  return found;
});
print("");
print(`${"12 % to 16 %, from batch".padEnd(32)}${"years".padStart(8)}${"median".padStart(8)}${"p90".padStart(6)}`);
const delays = [4, 26].map((batch) => {
  const found = simulateYears(tools, { world: "independent batches", years, seed, rise: { batch, points: 4 } });
  print(
    `${String(batch).padEnd(32)}${String(years).padStart(8)}${String(found.median).padStart(8)}${String(found.p90).padStart(6)}`,
  );
  return found;
});
print(JSON.stringify({ seed, alarms, delays }));
