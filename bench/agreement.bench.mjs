// Krippendorff's alpha of continuous labels with the interval of 1,000 resamples of items: 100,000 items, 10 raters, 30 % of the
// labels missing. CPU seconds of this process, the making of the labels aside. Prints one line and one JSON line.
//
//     node bench/agreement.bench.mjs [--items 100000] [--raters 10] [--missing 0.3] [--resamples 1000] [--seed 1]
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "100000" },
    raters: { type: "string", default: "10" },
    missing: { type: "string", default: "0.3" },
    resamples: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
  },
  strict: false,
});
const library = new URL("../dist/statistics/index.js", import.meta.url);
if (!existsSync(library)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}
const { krippendorffAlpha, krippendorffInterval, seededRandom } = await import(library.href);
const [count, raters, missing, resamples, seed] = [
  values.items,
  values.raters,
  values.missing,
  values.resamples,
  values.seed,
].map(Number);
const random = seededRandom(seed);
let labels = 0;
const items = Array.from({ length: count }, () => {
  const truth = random();
  return Array.from({ length: raters }, () => {
    if (random() < missing) return null;
    labels++;
    return truth + 0.3 * (random() - 0.5);
  });
});
const before = process.cpuUsage();
const start = performance.now();
const { value } = krippendorffAlpha(items, "interval");
const interval = krippendorffInterval(items, "interval", { random: seededRandom(seed), resamples });
const { user, system } = process.cpuUsage(before);
const [cpuSec, wallSec] = [(user + system) / 1e6, (performance.now() - start) / 1_000];
process.stdout.write(
  `${labels} labels: alpha ${value.toFixed(4)} [${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}], ${cpuSec.toFixed(1)} CPU s, ${wallSec.toFixed(1)} s\n`,
);
process.stdout.write(
  `${JSON.stringify({ items: count, raters, missing, resamples, seed, labels, value, interval, cpuSec, wallSec })}\n`,
);
