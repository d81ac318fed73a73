// Time of a search over every fleet: GPUs × counts × terms × layouts × micro-batches, the median of five after one that
// warms up; seconds of the CPU are those of all threads, and do not count what else the machine does. The bar is
// 100,000 candidates in 2 s: the steps of 16,384 sequences have as many, those of 4 a fifth, whose micro-batches are few.
// `node bench/fleet.bench.mjs [--model Qwen/Qwen2.5-7B] [--method lora] [--stack hf]`
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "Qwen/Qwen2.5-7B" },
    method: { type: "string" },
    stack: { type: "string", default: "hf" },
  },
  strict: false,
});
const dist = new URL("../dist/", import.meta.url);
const load = (path) => import(new URL(path, dist).href);
const { assumptionsWith } = await load("catalog/assumptions.js");
const { allGpus } = await load("catalog/gpus.js");
const { allPrices } = await load("catalog/prices.js");
const { findModel } = await load("catalog/models.js");
const { RunSpec } = await load("domain/run-spec.js");
const { searchEveryFleet } = await load("plan/fleet/search-every-fleet.js");
const { spotFacts } = await load("plan/fleet/spot.js");
const { fleetPrices } = await load("programme/prices/fleet-prices.js");

const find = assumptionsWith();
const bookPrices = fleetPrices({ prices: allPrices(), sellerClass: "neocloud", on: "2026-11-25" });
// A price for every GPU and term, so that no candidate is turned away before its physics.
const priceOf = (gpu, term) => {
  const found = bookPrices(gpu, term);
  if ("p50" in found.usd) return found;
  const usd = { "on-demand": 2, spot: 1, reserved: 1.5 }[term];
  return { usd: { p10: usd, p50: usd, p90: usd, unit: "USD", basis: "stated", n: 0, sources: [] }, note: undefined };
};

process.stdout.write("method    GPUs  sequences per step  candidates  options  seconds  CPU seconds\n");
for (const method of values.method ? [values.method] : ["lora", "qlora", "full"]) {
  for (const gradAccum of [1, 4096]) {
    const shape = findModel(values.model);
    const spec = RunSpec.parse({ model: shape.id, method, stack: values.stack, gradAccum });
    const request = {
      shape,
      spec,
      volume: { rows: 200_000, meanTokens: 900, epochs: 3 },
      gpus: allGpus(),
      terms: ["on-demand", "spot", "reserved"],
      priceOf,
      spot: spotFacts(find),
      assumption: find,
      maxGpus: 256,
      rank: "cost",
    };
    searchEveryFleet(request);
    const runs = [1, 2, 3, 4, 5].map(() => {
      const [start, used] = [performance.now(), process.cpuUsage()];
      const search = searchEveryFleet(request);
      const { user, system } = process.cpuUsage(used);
      return { search, seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
    });
    const median = (field) => runs.map((each) => each[field]).toSorted((a, b) => a - b)[2];
    const { candidates, options } = runs[0].search;
    process.stdout.write(
      `${[method.padEnd(6), String(request.gpus.length).padStart(7), String(4 * gradAccum).padStart(19), String(candidates).padStart(11), String(options.length).padStart(8), median("seconds").toFixed(2).padStart(8), median("cpu").toFixed(2).padStart(12)].join(" ")}\n`,
    );
  }
}
