import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Answer, CommandDefinition } from "../../../src/cli/command.ts";
import pricesCheck from "../../../src/cli/commands/prices-check.ts";
import pricesImport from "../../../src/cli/commands/prices-import.ts";
import pricesList from "../../../src/cli/commands/prices-list.ts";
import pricesShow from "../../../src/cli/commands/prices-show.ts";
import { PriceCheck } from "../../../src/domain/price-check.ts";
import { ApiPriceHistory } from "../../../src/domain/price-history.ts";
import { ApiPriceImport } from "../../../src/domain/price-import.ts";
import { ApiPriceList } from "../../../src/domain/price-list.ts";
import { runCommand } from "../run-command.ts";

let cwd = "";
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tunewright-api-prices-"));
});
afterEach(() => rm(cwd, { recursive: true }));

const run = (command: CommandDefinition, raw: Record<string, unknown>): Promise<Answer> =>
  runCommand(command, raw, cwd);

const OWN =
  "model,input_usd_per_mtok,output_usd_per_mtok,valid_from,source\nopenai/gpt-4o,2,8,2026-10-01,contract 17\n";

describe("prices of one's own in the folder", () => {
  test("take the place of the list price in prices list and prices show", async () => {
    await writeFile(join(cwd, "api-prices.csv"), OWN);
    const list = ApiPriceList.parse((await run(pricesList, { api: true, model: "gpt-4o" })).json);
    const mine = { inputUsdPerMtok: "2", sellerClass: "own-contract", source: { kind: "user", ref: "contract 17" } };
    expect(list.prices.filter(({ model }) => model === "openai/gpt-4o")).toMatchObject([mine]);
    const show = ApiPriceHistory.parse((await run(pricesShow, { name: "gpt-4o" })).json);
    expect(show.prices).toMatchObject([mine]);
  });

  test("stand in YAML too, and an unknown field is said with its line and the near name", async () => {
    await writeFile(
      join(cwd, "api-prices.yaml"),
      "- model: acme/own\n  inputUsdPerMtok: 1\n  outputUsdPerMtok: 4\n  validFrom: 2026-10-01\n",
    );
    const list = ApiPriceList.parse((await run(pricesList, { api: true, apiClass: "own-contract" })).json);
    expect(list.prices).toMatchObject([{ model: "acme/own", outputUsdPerMtok: "4" }]);
    await writeFile(join(cwd, "api-prices.yaml"), "- model: acme/own\n  inputUsdPerMtk: 1\n");
    await expect(run(pricesList, { api: true })).rejects.toMatchObject({
      message: 'api-prices.yaml, line 1: unknown field "inputUsdPerMtk"',
      hint: expect.stringContaining('did you mean "inputUsdPerMtok"'),
    });
  });

  test("in another unit are never used, and prices check fails with their line", async () => {
    await writeFile(join(cwd, "api-prices.csv"), `${OWN}acme/m,0.002,0.008,2026-10-01,contract 17\n`);
    const list = await run(pricesList, { api: true, model: "acme" });
    expect(ApiPriceList.parse(list.json).prices).toEqual([]);
    expect(list.text()).toContain("never used: 1 row of api-prices.csv");
    const check = await run(pricesCheck, {});
    expect(check.failed).toBe("1 row or price fails a guard");
    expect(
      PriceCheck.parse(check.json).quarantined.find(({ line, guard }) => line === 3 && guard === "per-million"),
    ).toMatchObject({
      reason: expect.stringContaining("0.002 looks like a price per thousand tokens: 2 per million"),
    });
    expect((await run(pricesCheck, { file: "api-prices.csv" })).failed).toBe("1 row or price fails a guard");
  });
});

describe("a list of others", () => {
  const LIST = JSON.stringify({
    "gpt-4o": { litellm_provider: "openai", mode: "chat", input_cost_per_token: 2.4e-6, output_cost_per_token: 9.6e-6 },
    "claude-x": {
      litellm_provider: "anthropic",
      mode: "chat",
      input_cost_per_token: 3e-6,
      output_cost_per_token: 1.5e-5,
    },
    broken: { litellm_provider: "acme", mode: "chat", input_cost_per_token: 0.0025, output_cost_per_token: 0.01 },
  });

  test("is read into api-prices.csv, which then answers", async () => {
    await writeFile(join(cwd, "list.json"), LIST);
    const answer = await run(pricesImport, { file: "list.json", model: ["gpt-4o"] });
    expect(ApiPriceImport.parse(answer.json)).toMatchObject({
      format: "litellm",
      out: "api-prices.csv",
      rowsIn: 1,
      rowsKept: 1,
      saved: { added: 1, total: 1 },
    });
    const show = ApiPriceHistory.parse((await run(pricesShow, { name: "openai/gpt-4o" })).json);
    expect(show.prices).toMatchObject([
      { inputUsdPerMtok: "2.4", seenOn: "2026-11-25", source: { ref: expect.stringContaining("list.json, SHA-256 ") } },
    ]);
    const again = await run(pricesImport, { file: "list.json", model: ["gpt-4o"] });
    expect(ApiPriceImport.parse(again.json).saved).toMatchObject({ added: 0, unchanged: 1 });
    expect(await readFile(join(cwd, "api-prices.csv"), "utf8")).toContain("openai/gpt-4o,first-party,2.4,9.6");
  });

  test("is checked without being read in", async () => {
    await writeFile(join(cwd, "list.json"), LIST);
    const check = await run(pricesCheck, { file: "list.json" });
    expect(PriceCheck.parse(check.json)).toMatchObject({ pricesKept: 2, unexpected: 1 });
  });

  test("of GPUs still needs its seller", async () => {
    await writeFile(join(cwd, "gpus.csv"), "gpu,term,usd_per_gpu_hour\nH100,on-demand,2\n");
    await expect(run(pricesImport, { file: "gpus.csv" })).rejects.toMatchObject({
      message: "--seller is missing: gpus.csv is read as a list of GPUs, which does not name the seller",
    });
  });
});

test("several sellers of a model are named, and --model needs --api", async () => {
  await expect(run(pricesShow, { name: "gpt-oss-120b" })).rejects.toMatchObject({
    kind: "not_found",
    hint: expect.stringContaining("groq/openai/gpt-oss-120b"),
  });
  await expect(run(pricesList, { model: "gpt-4o" })).rejects.toMatchObject({ hint: "add --api" });
});
