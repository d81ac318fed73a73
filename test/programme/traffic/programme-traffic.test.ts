import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cpSync } from "node:fs";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { programmeCosts } from "../../../src/programme/cost/programme-costs.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { longTest } from "../../long-suite.ts";

const TRAFFIC = { inputTokensPerMonth: 9e8, outputTokensPerMonth: 3e8, peakOverMean: 5 };

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-programme-traffic-"));
  cpSync(fileURLToPath(new URL("../../../examples/support", import.meta.url)), dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

/** Adds sections to the example, which has none of them. */
async function withSections(lines: string): Promise<void> {
  const path = join(dir, "programme.yaml");
  await writeFile(path, `${await readFile(path, "utf8")}\n${lines}\n`);
}

describe("a programme with a month of traffic", () => {
  test("takes its tokens and its peak from there, and says so", async () => {
    await withSections("serving:\n  traffic: traffic.json");
    await writeFile(join(dir, "traffic.json"), JSON.stringify(TRAFFIC));
    const loaded = await readProgramme(dir);
    expect(loaded.programme.serving).toMatchObject(TRAFFIC);
    expect(loaded.origin(["serving", "peakOverMean"]).ref).toBe("traffic.json: peakOverMean; traffic.json");
    expect(loaded.traffic?.outputTokensPerMonth).toBe(3e8);
  });

  test("keeps what is stated in addition to it", async () => {
    await withSections("serving:\n  traffic: traffic.yaml\n  peakOverMean: 2");
    await writeFile(join(dir, "traffic.yaml"), "inputTokensPerMonth: 900000000\noutputTokensPerMonth: 300000000\n");
    const { programme } = await readProgramme(dir);
    expect(programme.serving).toMatchObject({ outputTokensPerMonth: 3e8, peakOverMean: 2 });
  });

  test("of one side and both lengths of a request has the other side, with its source", async () => {
    await withSections("serving: { outputTokensPerMonth: 200, requestInputTokens: 30, requestOutputTokens: 10 }");
    const loaded = await readProgramme(dir);
    expect(loaded.programme.serving).toMatchObject({ inputTokensPerMonth: 600, outputTokensPerMonth: 200 });
    expect(loaded.origin(["serving", "inputTokensPerMonth"]).ref).toContain("tokens of the other side");
  });

  test.each([
    ["{}", "traffic.json: inputTokensPerMonth is required"],
    ['{"inputTokensPerMont": 1}', 'traffic.json: unknown field "inputTokensPerMont"'],
    ['{"inputTokensPerMonth": -1, "outputTokensPerMonth": 1}', "traffic.json: inputTokensPerMonth -1 is too small"],
    ['{"inputTokensPerMonth": 0, "outputTokensPerMonth": 1}', "traffic.json: inputTokensPerMonth is 0, but requests"],
    ['{"inputTokensPerMonth": 1, "outputTokensPerMonth": 0}', "traffic.json: outputTokensPerMonth is 0, but requests"],
  ])("of %s says what is wrong", async (text, message) => {
    await withSections("serving:\n  traffic: traffic.json");
    await writeFile(join(dir, "traffic.json"), text);
    expect((await catchFailureAsync(() => readProgramme(dir))).message).toContain(message);
  });

  test("that is not there is a problem with its line", async () => {
    await withSections("serving:\n  traffic: none.json");
    expect((await catchFailureAsync(() => readProgramme(dir))).message).toMatch(
      /programme\.yaml, line \d+, serving\.traffic: /,
    );
  });
});

longTest("a contract for the API in use prices what is saved", async () => {
  await writeFile(
    join(dir, "api-prices.csv"),
    "model,input_usd_per_mtok,output_usd_per_mtok,valid_from\nacme/own,1,4,2026-11-01\n",
  );
  await withSections("serving:\n  traffic: traffic.json\ntoday:\n  api: acme/own");
  await writeFile(join(dir, "traffic.json"), JSON.stringify(TRAFFIC));
  const { payback } = await programmeCosts(dir, { on: "2026-11-25", draws: 200, seed: 1 });
  // 900M × 1 + 300M × 4 per million
  expect(payback.monthlySaving).toMatchObject({ p50: 2100 });
});
