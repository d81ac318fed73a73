import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

import { isRefusal } from "../../../src/domain/estimate.ts";
import { programmeCosts } from "../../../src/programme/cost/programme-costs.ts";
import { readPriceBook } from "../../../src/programme/prices/price-book.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runCli } from "../../cli/run-cli.ts";

const EXAMPLE = fileURLToPath(new URL("../../../examples/contracts", import.meta.url));
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

const PRICES =
  "seller,seller_class,gpu,gpus,term,low_usd_per_hour,valid_from,source\nacme,own-contract,B200,8,spot,24,2026-06-01,quote\n";

test("a prices.csv that leads out of its folder is not read, one that leads to a file inside is", async () => {
  const folder = join(dir, "linked");
  await mkdir(folder);
  await writeFile(join(dir, "outside.csv"), PRICES);
  await symlink(join("..", "outside.csv"), join(folder, "prices.csv"));
  const failure = await catchFailureAsync(() => readPriceBook(folder));
  expect(failure).toMatchObject({ kind: "bad_input", message: expect.stringContaining("through a symbolic link") });

  await rm(join(folder, "prices.csv"));
  await symlink("mine.csv", join(folder, "prices.csv"));
  expect((await catchFailureAsync(() => readPriceBook(folder))).kind).toBe("not_found");
  await writeFile(join(folder, "mine.csv"), PRICES);
  expect((await readPriceBook(folder)).prices.filter(({ seller }) => seller === "acme")).toHaveLength(1);
});
