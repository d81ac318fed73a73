import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

import { isRefusal } from "../../src/domain/estimate.ts";
import { programmeCosts } from "../../src/programme/programme-costs.ts";
import { readProgramme } from "../../src/programme/read-programme.ts";
import { runCli } from "../cli/run-cli.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/contracts", import.meta.url));
const ON = "2026-11-25";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-own-prices-"));
  await cp(EXAMPLE, dir, { recursive: true });
  const path = join(dir, "programme.yaml");
  const text = await readFile(path, "utf8");
  await writeFile(
    path,
    text.replace(/^  sellerClass:.*$/m, "  sellerClass: own-contract").replace(/^  gpuUsdPerHour:.*\n/gm, ""),
  );
});
afterAll(() => rm(dir, { recursive: true }));

test("a programme is costed at the prices of its own prices.csv, and without it they are unknown", async () => {
  const before = await programmeCosts(dir, { on: ON, onStep: () => undefined });
  expect(isRefusal(before.training.usdPerGpuHour)).toBe(true);

  await writeFile(join(dir, "contract.csv"), "gpu,term,usd_per_gpu_hour,valid_from\nH100,spot,2.22,2026-06-01\n");
  expect((await runCli(["prices", "import", "contract.csv", "--seller", "acme", "-C", dir])).code).toBe(0);
  const { prices } = await readProgramme(dir);
  expect(prices.filter(({ seller }) => seller === "acme")).toHaveLength(1);

  const after = await programmeCosts(dir, { on: ON, onStep: () => undefined });
  expect(after.training.usdPerGpuHour).toMatchObject({ p10: 2.22, p50: 2.22, p90: 2.22 });
  expect(after.cost.lines.find(({ id }) => id === "cost.training.final")?.cost).not.toBeNull();
});
