import { expect, test } from "vitest";

import { isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import type { ReplicaLoad, SloCapacity } from "../../../src/domain/serve-plan.ts";
import { ServeSpec } from "../../../src/domain/serve-spec.ts";
import { loadShares } from "../../../src/plan/serve-plan/load-shares.ts";

const estimate = (p50: number): Quantity => ({
  p10: p50 * 0.9,
  p50,
  p90: p50 * 1.1,
  unit: "",
  basis: "b",
  n: 1,
  sources: [],
});

test("latency never falls as load rises, where a simulation by chance has it so", () => {
  const times = [30, 29.9, 33, 32.5, 40, 55, 90];
  let asked = 0;
  const at = (): ReplicaLoad => {
    const ms = estimate(times[asked++]!);
    const over = { mean: ms, p50: ms, p95: ms, p99: ms };
    return { ttftMs: over, tpotMs: over, running: estimate(1) } as unknown as ReplicaLoad;
  };
  const capacity = { requestsPerSec: estimate(10), outputTokensPerSec: estimate(2000) } as SloCapacity;
  const rows = loadShares({
    curve: { at } as unknown as Parameters<typeof loadShares>[0]["curve"],
    estimated: capacity,
    capacity,
    spec: ServeSpec.parse({ model: "meta-llama/Llama-3.1-8B" }),
    gpus: 1,
    usdPerGpuHour: estimate(2),
  });
  const shown = rows.map(({ ttftMs }) => (isRefusal(ttftMs) ? 0 : ttftMs.p50));
  expect(shown).toEqual([30, 30, 33, 33, 40, 55, 90]);
  expect(rows[1]!.ttftMs).toMatchObject({ basis: expect.stringContaining("raised to that of the lower load") });
  expect(rows[2]!.ttftMs).toMatchObject({ basis: "b" });
});
