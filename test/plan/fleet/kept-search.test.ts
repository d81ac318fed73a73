import { expect, test } from "vitest";

import { assumptionsWith } from "../../../src/catalog/assumptions.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { RunSpec } from "../../../src/domain/run-spec.ts";
import { pointEstimate } from "../../../src/domain/point-range.ts";
import type { FleetRequest } from "../../../src/plan/fleet/fleet-request.ts";
import { searchEveryFleet } from "../../../src/plan/fleet/search-every-fleet.ts";
import { spotFacts } from "../../../src/plan/fleet/spot.ts";

const assumption = assumptionsWith({});

/** A search on one GPU; `usd` is what an hour of it costs. */
function request(usd: number, over: Partial<FleetRequest> = {}): FleetRequest {
  const model = "Qwen/Qwen2.5-7B";
  return {
    shape: findModel(model),
    spec: RunSpec.parse({ model, method: "lora", gpu: "H100-80GB-SXM" }),
    volume: { rows: 9_000, meanTokens: 700, epochs: 2 },
    gpus: [findGpu("H100-80GB-SXM")],
    terms: ["on-demand"],
    priceOf: () => ({ usd: pointEstimate(usd, "USD", "stated"), note: undefined }),
    spot: spotFacts(assumption),
    assumption,
    maxGpus: 2,
    rank: "cost",
    ...over,
  };
}

test("the same question is answered by the search that was made, whoever asks", () => {
  const first = searchEveryFleet(request(2));
  expect(searchEveryFleet(request(2))).toBe(first);
});

test("a price, an assumption, a calibration or a field that differs is another search", () => {
  const first = searchEveryFleet(request(2));
  const cost = (of: ReturnType<typeof searchEveryFleet>): unknown => of.options[0]!.cost;
  expect(cost(searchEveryFleet(request(4)))).not.toEqual(cost(first));
  const slowStart: FleetRequest["assumption"] = (id) =>
    id === "run.boot.hours" ? { ...assumption(id), p10: 5, p50: 6, p90: 7 } : assumption(id);
  expect(cost(searchEveryFleet(request(2, { assumption: slowStart })))).not.toEqual(cost(first));
  const none = { published: [], own: [] };
  expect(searchEveryFleet(request(2, { calibration: none })).options).toEqual([]);
  expect(searchEveryFleet(request(2, { maxGpus: 1 })).candidates).toBeLessThan(first.candidates);
  expect(searchEveryFleet(request(2))).toBe(first);
});
