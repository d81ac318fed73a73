import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Answer, CommandDefinition } from "../../../src/cli/command.ts";
import pricesCheck from "../../../src/cli/commands/prices-check.ts";
import pricesImport from "../../../src/cli/commands/prices-import.ts";
import pricesList from "../../../src/cli/commands/prices-list.ts";
import pricesShow from "../../../src/cli/commands/prices-show.ts";
import { readPriceFile } from "../../../src/catalog/price-file.ts";
import { isRefusal } from "../../../src/domain/estimate.ts";
import type { PriceList } from "../../../src/domain/price-list.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runCommand } from "../run-command.ts";

const FIXTURES = new URL("../../fixtures/prices/", import.meta.url).pathname;
let cwd = "";

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tunewright-prices-"));
});
afterEach(async () => {
  await rm(cwd, { recursive: true });
});

const run = (command: CommandDefinition, raw: Record<string, unknown>): Promise<Answer> =>
  runCommand(command, raw, cwd);

describe("the printed text", () => {
  test.each([
    ["prices-list-before-the-first", pricesList, { gpu: "H100", term: "spot", on: "2026-04-30" }],
    ["prices-list-article", pricesList, { gpu: "H100", on: "2026-05-15" }],
    ["prices-list-h100", pricesList, { gpu: "H100", on: "2026-11-25" }],
    ["prices-list-reserved", pricesList, { gpu: "B200", term: "reserved" }],
    ["prices-list-old-card", pricesList, { gpu: "A100", sellerClass: "neocloud", on: "2026-11-25" }],
    ["prices-list-api", pricesList, { api: true, model: "gpt-4o", on: "2026-11-25" }],
    ["prices-list-api-old", pricesList, { api: true, apiClass: "open-weight-host", model: "8b", on: "2027-06-01" }],
    ["prices-show-gpu", pricesShow, { name: "MI300X" }],
    ["prices-show-api", pricesShow, { name: "gpt-5.6-luna" }],
    ["prices-show-api-tuned", pricesShow, { name: "ft:gpt-4.1-mini-2025-04-14:acme::1" }],
    ["prices-check-catalogue", pricesCheck, {}],
  ])("of %s is a golden file", async (name, command, raw) => {
    const answer = await run(command, raw);
    await expect(`${answer.text()}\n\nnext: ${answer.next}\n`).toMatchFileSnapshot(`../../golden/prices/${name}.txt`);
    expect(answer.failed).toBeUndefined();
  });

  test.each(["skypilot-python-info", "skypilot-json-info", "gpuhunt-v2", "contract"])(
    "of importing %s is a golden file",
    async (name) => {
      await copyFile(`${FIXTURES}${name}.csv`, join(cwd, `${name}.csv`));
      const answer = await run(pricesImport, {
        file: `${name}.csv`,
        seller: "acme",
        sellerClass: "neocloud",
        asOf: "2026-11-01",
      });
      const text = answer.text().replaceAll(cwd, ".");
      await expect(`${text}\n`).toMatchFileSnapshot(`../../golden/prices/prices-import-${name}.txt`);
    },
  );
});

describe("prices list", () => {
  const list = async (raw: Record<string, unknown>): Promise<PriceList> =>
    (await run(pricesList, raw)).json as PriceList;

  test("says what a million trained tokens cost at each price, dearer where the hour is dearer", async () => {
    const { prices } = await list({ gpu: "H100-80GB-SXM", on: "2026-11-25" });
    const costs = prices
      .filter(({ kind, term }) => kind === "list" && term === "on-demand")
      .map(({ lowUsd, usdPerMillionTrainedTokens: cost }) => ({
        hour: Number(lowUsd),
        token: isRefusal(cost) ? NaN : cost.p50,
      }))
      .toSorted((a, b) => a.hour - b.hour);
    expect(costs.length).toBeGreaterThan(10);
    for (const [index, { hour, token }] of costs.entries()) {
      expect(token / hour).toBeCloseTo(costs[0]!.token / costs[0]!.hour, 6);
      if (index > 0) expect(token).toBeGreaterThanOrEqual(costs[index - 1]!.token);
    }
    expect(prices.find(({ term }) => term === "endpoint")!.usdPerMillionTrainedTokens).toHaveProperty("refused");
  });

  test("gives a cost per token that is further from sure, and says what it was pooled over, where no speed was measured near", async () => {
    const row = (gpu: string): string => `acme,own-contract,${gpu},8,on-demand,10.42,2026-06-01,quote\n`;
    const head = "seller,seller_class,gpu,gpus,term,low_usd_per_hour,valid_from,source\n";
    await writeFile(join(cwd, "prices.csv"), `${head}${row("Gaudi2")}${row("H100-80GB-SXM")}`);
    const { prices } = await list({ sellerClass: "own-contract" });
    const [far, near] = ["Gaudi2", "H100-80GB-SXM"].map((gpu) => {
      const cost = prices.find((price) => price.gpu === gpu)!.usdPerMillionTrainedTokens;
      if (isRefusal(cost)) throw new Error(cost.refused);
      return cost;
    });
    expect(far!.basis).toMatch(/pooled over gpu, vendor/);
    expect(far!.p90 / far!.p10).toBeGreaterThan(near!.p90 / near!.p10);
  });

  test("has one row for every price in force and none of another GPU", async () => {
    const { prices, reason } = await list({ gpu: "B200", on: "2026-11-25" });
    expect(reason).toBeNull();
    expect(new Set(prices.map((price) => price.gpu))).toEqual(new Set(["B200"]));
    expect(new Set(prices.map((price) => price.sku)).size).toBe(prices.length);
  });

  test("answers for any day of the month that a price is published for", async () => {
    const { prices } = await list({ gpu: "H100", term: "spot", on: "2026-05-15" });
    expect(prices).toMatchObject([{ sellerClass: "neocloud", lowUsd: "1.20", highUsd: "1.80" }]);
  });

  test("before the first dated row gives the reason and the rows that come first after it", async () => {
    const answer = await list({ gpu: "H100", term: "spot", on: "2026-04-30" });
    expect(answer).toMatchObject({ prices: [], estimates: [], reason: expect.stringContaining("2026-05-01") });
    expect(answer.later.map((price) => price.validFrom)).toEqual(["2026-05-01"]);
  });

  test.each([
    [{ gpu: "H1000" }, "not_found"],
    [{ term: "hourly" }, "bad_input"],
    [{ on: "2026-02-30" }, "bad_input"],
    [{ sellerClass: "cloud" }, "bad_input"],
  ])("%j is an error with a hint or what is expected", async (raw, kind) => {
    expect((await catchFailureAsync(async () => run(pricesList, raw))).kind).toBe(kind);
  });
});

describe("prices import", () => {
  const imports = (raw: Record<string, unknown> = {}): Promise<Answer> =>
    run(pricesImport, { file: "contract.csv", seller: "acme", ...raw });

  beforeEach(async () => {
    await copyFile(`${FIXTURES}contract.csv`, join(cwd, "contract.csv"));
  });

  test("writes rows that prices list then shows as one's own", async () => {
    expect((await imports()).json).toMatchObject({ rowsIn: 4, rowsKept: 3, rowsQuarantined: 1, saved: { added: 3 } });
    const { prices } = (await run(pricesList, { gpu: "H100", sellerClass: "own-contract" })).json as PriceList;
    expect(prices.map((price) => [price.term, price.lowUsd])).toEqual([
      ["on-demand", "3.25"],
      ["reserved", "2.50"],
    ]);
  });

  test("twice changes nothing, and a new price replaces the old one of the same day", async () => {
    await imports();
    const first = await readFile(join(cwd, "prices.csv"), "utf8");
    expect((await imports()).json).toMatchObject({ saved: { added: 0, replaced: 0, unchanged: 3, total: 3 } });
    const again = await readFile(join(cwd, "prices.csv"), "utf8");
    expect(again).toBe(first);
    const csv = await readFile(join(cwd, "contract.csv"), "utf8");
    await writeFile(join(cwd, "contract.csv"), csv.replace("26.00", "24.00"));
    expect((await imports()).json).toMatchObject({ saved: { added: 0, replaced: 1, unchanged: 2, total: 3 } });
  });

  test("leaves rows of other sellers, and no temporary file", async () => {
    await imports();
    await imports({ seller: "other" });
    const { rows } = readPriceFile(await readFile(join(cwd, "prices.csv"), "utf8"), "prices.csv");
    expect(rows).toHaveLength(6);
    expect((await readdir(cwd)).toSorted()).toEqual(["contract.csv", "prices.csv"]);
  });

  test("does not rewrite a file with rows that it would lose", async () => {
    const broken =
      "seller,seller_class,gpu,gpus,term,low_usd_per_hour,valid_from,source\nacme,own-contract,B200,8,spot,x,,quote\n";
    await writeFile(join(cwd, "prices.csv"), broken);
    const failure = await catchFailureAsync(imports);
    expect(failure.message).toMatch(/line 2: "x" is not a price .*rewriting the file would lose the row/);
    expect(await readFile(join(cwd, "prices.csv"), "utf8")).toBe(broken);
  });

  test("needs the class of a seller that the catalogue does not know", async () => {
    await copyFile(`${FIXTURES}gpuhunt-v2.csv`, join(cwd, "gpuhunt.csv"));
    const failure = await catchFailureAsync(() => imports({ file: "gpuhunt.csv" }));
    expect(failure).toMatchObject({ kind: "bad_input", hint: expect.stringContaining("--seller-class") });
    const { json } = await imports({ file: "gpuhunt.csv", seller: "nebius" });
    expect(json).toMatchObject({ prices: [{ sellerClass: "neocloud" }, {}, {}] });
  });

  test("of a file without a usable price writes nothing and fails the check", async () => {
    await writeFile(join(cwd, "empty.csv"), "gpu,term,usd_per_gpu_hour\nB200,spot,\n");
    const answer = await imports({ file: "empty.csv" });
    expect(answer.failed).toMatch(/no price/);
    expect(await readdir(cwd)).toEqual(["contract.csv", "empty.csv"]);
  });

  test.each([
    ["missing.csv", "not_found", /missing.csv does not exist/],
    [".", "bad_input", /is a folder/],
  ])("of %s fails", async (file, kind, message) => {
    const failure = await catchFailureAsync(() => imports({ file }));
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(message);
  });
});

describe("prices check", () => {
  test("fails where a row breaks a guard, with the row and the reason", async () => {
    await writeFile(join(cwd, "contract.csv"), "gpu,term,usd_per_gpu_hour\nB200,spot,0.01\nB200,reserved,4.00\n");
    const answer = await run(pricesCheck, { file: "contract.csv" });
    expect(answer.failed).toBe("1 row or price fails a guard");
    expect(answer.json).toMatchObject({ pricesKept: 1, quarantined: [{ line: 2, guard: "gpu-hour-range" }] });
  });

  test("passes a catalogue whose other rows hold no GPU", async () => {
    await copyFile(`${FIXTURES}skypilot-python-info.csv`, join(cwd, "vms.csv"));
    expect((await run(pricesCheck, { file: "vms.csv" })).failed).toBeUndefined();
  });

  test("without a file checks prices.csv of the folder with the catalogue", async () => {
    await writeFile(
      join(cwd, "prices.csv"),
      "seller,seller_class,gpu,gpus,term,low_usd_per_hour,valid_from,source\nacme,own-contract,B200,8,spot,900,2026-06-01,quote\n",
    );
    const answer = await run(pricesCheck, {});
    expect(answer.failed).toBe("1 row or price fails a guard");
  });

  test("of a price file does not need the name of its format", async () => {
    await copyFile(`${FIXTURES}contract.csv`, join(cwd, "contract.csv"));
    await run(pricesImport, { file: "contract.csv", seller: "acme" });
    expect(await run(pricesCheck, { file: "prices.csv" })).toMatchObject({ json: { pricesKept: 3, quarantined: [] } });
  });
});

test("prices show finds nothing under a name that is neither a GPU nor an API model", async () => {
  const failure = await catchFailureAsync(() => run(pricesShow, { name: "gtp-4o" }));
  expect(failure).toMatchObject({ kind: "not_found", message: 'no GPU or API model has the name "gtp-4o"' });
  expect(failure.hint).toMatch(/did you mean/);
});
