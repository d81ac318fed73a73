import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import planCompare from "../../../src/cli/commands/plan-compare.ts";
import planPayback from "../../../src/cli/commands/plan-payback.ts";
import type { Answer, CommandDefinition } from "../../../src/cli/command.ts";
import { Comparison } from "../../../src/domain/comparison.ts";
import { isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import { PaybackPlan } from "../../../src/domain/payback-plan.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { loadTestResult } from "../../plan/serve-plan/load-test-result.ts";
import { ROOT } from "../run-cli.ts";
import { runCommand } from "../run-command.ts";
import { longTest } from "../../long-suite.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tunewright-compare-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const run = (command: CommandDefinition, raw: Record<string, unknown>): Promise<Answer> =>
  runCommand(command, raw, cwd);

const LOAD = { inputTokensPerMonth: "3e9", outputTokensPerMonth: "6e8", draws: "100" };
const compared = async (raw: Record<string, unknown>): Promise<Comparison> =>
  Comparison.parse((await run(planCompare, { model: "meta-llama/Llama-3.1-8B-Instruct", ...LOAD, ...raw })).json);

function middle(quantity: Quantity): number {
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  return quantity.p50;
}

describe("plan compare", () => {
  test("says what is missing, and which model was meant", async () => {
    const flags = { model: "meta-llama/Llama-3.1-8B-Instruct" };
    expect(await catchFailureAsync(() => run(planCompare, flags))).toMatchObject({
      message: expect.stringContaining("--input-tokens-per-month is required"),
    });
    expect(await catchFailureAsync(() => compared({ api: ["openai/gpt-4o-mimi"] }))).toMatchObject({
      hint: expect.stringContaining("openai/gpt-4o-mini"),
    });
    expect(await catchFailureAsync(() => run(planCompare, LOAD))).toMatchObject({ message: "--model is required" });
    expect(await catchFailureAsync(() => compared({ outputTokensPerMonth: "0" }))).toMatchObject({
      message: expect.stringMatching(/^--output-tokens-per-month is 0/),
    });
    const { hint } = (await catchFailureAsync(() => compared({ api: ["openai/nope"] }))) as { hint?: string };
    expect(hint).toMatch(/^tunewright prices list --api/);
  });

  test("an API whose own row broke a guard is refused by that row", async () => {
    const header = "model,seller_class,input_usd_per_mtok,output_usd_per_mtok,seen_on,source";
    await writeFile(
      join(cwd, "api-prices.csv"),
      `${header}\nacme/a,own-contract,0.0000006,0.0000012,2026-11-01,offer\n`,
    );
    expect(await catchFailureAsync(() => compared({ api: ["acme/a"] }))).toMatchObject({
      message: expect.stringMatching(/^api-prices\.csv, line 2: the price of "acme\/a" is not used: /),
    });
  });

  test("own rows take the place of list prices", async () => {
    const header = "model,seller_class,input_usd_per_mtok,output_usd_per_mtok,seen_on,source";
    await writeFile(join(cwd, "api-prices.csv"), `${header}\nopenai/gpt-4o,own-contract,1,4,2026-11-01,contract\n`);
    const { options } = await compared({ api: ["openai/gpt-4o"] });
    const option = options.find(({ label }) => label === "openai/gpt-4o")!;
    expect(middle(option.costs.usdPerMonth)).toBeCloseTo(3000 + 2400, 6);
  });

  longTest("a cached share lowers both sides, and a stated launch lets the payback be said", async () => {
    const [plain, cached] = await Promise.all([
      compared({ api: ["openai/gpt-4o"] }),
      compared({
        api: ["openai/gpt-4o"],
        cachedInputShare: "0.5",
        investmentUsd: "50000",
        maintenanceUsdPerMonth: "1000",
      }),
    ]);
    const usd = ({ options }: Comparison): number =>
      middle(options.find(({ kind }) => kind === "api")!.costs.usdPerMonth);
    expect(usd(cached)).toBeLessThan(usd(plain));
    const own = (each: Comparison) => each.options.find(({ kind }) => kind === "own-on-demand")!;
    expect(own(plain).overTime.npv24Months).toHaveProperty("refused");
    expect(own(cached).overTime.npv24Months).not.toHaveProperty("refused");
  });

  test("a load test is named as the basis of the capacity", async () => {
    await writeFile(join(cwd, "loadtest.json"), JSON.stringify(loadTestResult()));
    const comparison = await compared({ measured: "loadtest.json" });
    expect(comparison.capacity.basis).toBe("load-test");
    expect(comparison.measured?.file).toBe("loadtest.json");
    expect(comparison.verdict).toContain("output tokens a day");
  });

  longTest("flags next to a folder take the place of what it says", async () => {
    await cp(join(ROOT, "examples/contracts"), join(cwd, "contracts"), { recursive: true });
    const flags = { dir: "contracts", investmentUsd: "1000", maintenanceUsdPerMonth: "100", draws: "100" };
    const { json } = await run(planCompare, { ...flags, growthPerMonth: "0.1", peakOverMean: "9" });
    expect(Comparison.parse(json).traffic).toMatchObject({ growthPerMonth: 0.1, peakOverMean: 9 });
  });

  describe("the load test that a folder names", () => {
    const flags = { dir: "contracts", investmentUsd: "1000", maintenanceUsdPerMonth: "100", draws: "100" };
    beforeEach(async () => {
      await cp(join(ROOT, "examples/contracts"), join(cwd, "contracts"), { recursive: true });
      const file = join(cwd, "contracts/programme.yaml");
      const text = await readFile(file, "utf8");
      await writeFile(file, text.replace(/^serving:$/m, "serving:\n  loadTest: loadtest.json"));
      await writeFile(join(cwd, "contracts/loadtest.json"), JSON.stringify(loadTestResult()));
    });

    test("is the capacity", async () => {
      const named = await run(planCompare, flags);
      expect(Comparison.parse(named.json)).toMatchObject({
        capacity: { basis: "load-test" },
        measured: { file: "loadtest.json" },
      });
      expect(named.next).toBe("tunewright plan payback contracts");
    });

    longTest("is not used for another GPU", async () => {
      const other = Comparison.parse((await run(planCompare, { ...flags, gpu: "H200-141GB-SXM" })).json);
      expect(other.measured).toBeNull();
      expect(other.warnings).toContain(
        "serving.loadTest is not used: it was measured on the programme's own model and GPU",
      );
    });
  });

  test("a price of an adapter's host is an option of its own", async () => {
    const header = "model,seller_class,input_usd_per_mtok,output_usd_per_mtok,seen_on,source";
    await writeFile(join(cwd, "api-prices.csv"), `${header}\nacme/lora-8b,own-contract,0.2,0.4,2026-11-01,offer\n`);
    const { options } = await compared({ api: ["openai/gpt-4o"], serverlessLora: "acme/lora-8b" });
    expect(options.find(({ kind }) => kind === "serverless-lora")).toMatchObject({
      label: "adapter at acme/lora-8b",
      servesTuned: true,
    });
  });

  longTest(
    "endpoints, reserved GPUs and replicas billed per second have their own dated prices; without one, the error names the flag",
    async () => {
      const usd = ({ options }: Comparison, kind: string) => options.find((each) => each.kind === kind)!;
      const h100 = await compared({ on: "2026-11-25" });
      for (const kind of ["dedicated-endpoint", "own-reserved", "scale-to-zero"])
        expect(usd(h100, kind).costs.usdPerMonth).not.toHaveProperty("refused");
      expect(usd(h100, "own-reserved").notes.join()).toContain("the contract and its length are not stated");
      expect(usd(h100, "scale-to-zero").notes.join()).not.toContain("on-demand GPU-hour");
      const l4 = await compared({ on: "2026-11-25", gpu: "L4", sloTpotMs: "200", sellerClass: "hyperscaler" });
      expect(middle(usd(l4, "own-on-demand").costs.usdPerMonth)).toBeGreaterThan(0);
      expect(usd(l4, "own-reserved").costs.usdPerMonth).toMatchObject({
        hint: expect.stringContaining("--reserved-usd-per-gpu-hour"),
      });
      expect(usd(l4, "dedicated-endpoint").costs.usdPerMonth).toMatchObject({
        hint: expect.stringContaining("--endpoint-usd-per-gpu-hour"),
      });
    },
  );

  test("names of APIs may be joined by a comma", async () => {
    const { baseline, options } = await compared({ api: ["openai/gpt-4o,openai/gpt-4o-mini"] });
    expect(baseline).toBe("api:openai/gpt-4o");
    expect(options.map(({ label }) => label)).toContain("openai/gpt-4o-mini");
  });

  test("a stated ratio of tokenizers moves what counts with the served model's, as a range", async () => {
    const api = ["openai/gpt-4o", "deepinfra/Meta-Llama-3.1-8B-Instruct-Turbo"];
    const [same, range] = [await compared({ api }), await compared({ api, tokenizerRatio: "0.9-1.2" })];
    const of = ({ options }: Comparison, kind: string): Quantity =>
      options.find((each) => each.kind === kind)!.costs.usdPerMonth;
    expect(range.traffic.ownTokensPerToken).toMatchObject({ p10: 0.9, p90: 1.2 });
    expect(of(range, "api")).toEqual(of(same, "api"));
    const host = of(range, "open-weight-host");
    if (isRefusal(host)) throw new Error(host.refused);
    expect(host.p90 / host.p10).toBeCloseTo(1.2 / 0.9, 1);
    expect(await catchFailureAsync(() => compared({ tokenizerRatio: "1.2-0.9" }))).toMatchObject({
      hint: expect.stringContaining("0.9-1.2"),
    });
  });
});

describe("plan payback", () => {
  const folder = (name: string): string => join(cwd, name);
  beforeEach(() => cp(join(ROOT, "examples/contracts"), folder("contracts"), { recursive: true }));

  longTest("prints what it always printed, and writes its chart", async () => {
    const answer = await run(planPayback, { dir: "contracts", html: "payback.html", on: "2026-06-01" });
    expect(PaybackPlan.parse(answer.json)).toMatchObject({ capacity: { basis: "estimate" } });
    await expect(`${answer.text()}\n`).toMatchFileSnapshot("../../golden/plan/payback-contracts.txt");
    expect(await readFile(join(cwd, "payback.html"), "utf8")).toContain("chart-payback");
    expect(await readFile(join(cwd, "payback.html"), "utf8")).toContain("people who operate replicas, per month");
  });

  test("a load test in the folder replaces the estimate, and is named", async () => {
    const file = join(folder("contracts"), "programme.yaml");
    const text = await readFile(file, "utf8");
    expect(text).toMatch(/^serving:$/m);
    await writeFile(file, text.replace(/^serving:$/m, "serving:\n  loadTest: loadtest.json"));
    await writeFile(join(folder("contracts"), "loadtest.json"), JSON.stringify(loadTestResult()));
    const plan = (await run(planPayback, { dir: "contracts", draws: "200" })).json as PaybackPlan;
    expect(plan.capacity).toMatchObject({ basis: "load-test", text: "the load test loadtest.json" });
    const chain = plan.payback.figures.find(({ id }) => id === "serving.capacity");
    expect(chain?.source.ref).toContain("load test of");
  });

  longTest("traffic that grows pays back more, API prices that fall less, and both are said", async () => {
    const asked = async (flags: Record<string, string>): Promise<PaybackPlan> =>
      (await run(planPayback, { dir: "contracts", draws: "200", on: "2026-11-25", ...flags })).json as PaybackPlan;
    const [steady, growing, falling] = [
      await asked({}),
      await asked({ growthPerMonth: "0.05" }),
      await asked({ priceDropPerYear: "0.5" }),
    ];
    expect(middle(growing.net24Months)).toBeGreaterThan(middle(steady.net24Months));
    expect(middle(falling.net24Months)).toBeLessThan(middle(steady.net24Months));
    expect(middle(growing.payback.roi12WithServing)).toBeGreaterThan(middle(steady.payback.roi12WithServing));
    expect(growing).toMatchObject({ growthPerMonth: 0.05, priceDropPerYear: 0 });
    expect(growing.payback.monthlySaving).toEqual(steady.payback.monthlySaving);
    const both = { dir: "contracts", draws: "200", growthPerMonth: "0.05", priceDropPerYear: "0.3" };
    expect((await run(planPayback, both)).text()).toContain("traffic grows 5 % a month, API prices fall 30 % a year");
  });

  longTest("without a discount the net present value is the plain sum", async () => {
    const plan = (await run(planPayback, { dir: "contracts", discountPerYear: "0", draws: "200" })).json as PaybackPlan;
    expect({ ...plan.npv24Months, basis: "" }).toEqual({ ...plan.net24Months, basis: "" });
  });
});

describe("what a programme says it replaces", () => {
  const compared = async (today: string, flags: Record<string, unknown> = {}): Promise<Comparison> => {
    await cp(join(ROOT, "examples/contracts"), cwd, { recursive: true });
    const path = join(cwd, "programme.yaml");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/^ {2}apiUsdPerMonth: .*$/m, today));
    return Comparison.parse((await run(planCompare, { dir: ".", draws: "100", ...flags })).json);
  };

  test("is the baseline of savings", async () => {
    const { baseline, options } = await compared('  apiUsdPerMonth: "60000"\n  laborUsdPerMonth: "5000"');
    expect(baseline).toBe("today");
    expect(middle(options.find(({ id }) => id === "today")!.costs.usdPerMonth)).toBe(65_000);
  });

  test("is compared with the list price of its traffic, and a contradiction is a warning with both numbers", async () => {
    const found = await compared('  apiUsdPerMonth: "600000"');
    expect(found.warnings.join("\n")).toMatch(
      /600,000 USD a month are stated as spent and replaced, .* cost [\d,]+ at the list price/,
    );
  });

  test("gives way to an API that is named", async () => {
    const flags = { api: ["openai/gpt-4o-mini"] };
    expect((await compared('  apiUsdPerMonth: "60000"', flags)).baseline).toBe("api:openai/gpt-4o-mini");
  });
});

describe("a cost of serving that a programme states", () => {
  const compared = async (flags: Record<string, unknown> = {}): Promise<Comparison> => {
    await cp(join(ROOT, "examples/contracts"), cwd, { recursive: true });
    const path = join(cwd, "programme.yaml");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/^serving:$/m, 'serving:\n  monthlyUsd: "1234"'));
    return Comparison.parse((await run(planCompare, { dir: ".", draws: "100", ...flags })).json);
  };
  const ownOf = ({ options }: Comparison) => options.find(({ kind }) => kind === "own-on-demand")!;

  test("is that of own serving, people included, as in the payback", async () => {
    const found = await compared();
    const { costs, boundBy, label, capacity } = ownOf(found);
    expect([label, boundBy, capacity]).toEqual(["own serving, as stated", "stated", null]);
    expect([costs.servingUsdPerMonth, costs.engineerUsdPerMonth].map(middle)).toEqual([1234, 0]);
    expect(found.breakEven.map(({ against }) => against)).not.toContain("own-on-demand");
    const { payback } = (await run(planPayback, { dir: ".", draws: "100" })).json as PaybackPlan;
    expect([payback.monthlyServing, payback.monthlyPeople].map(middle)).toEqual([1234, 0]);
  });

  longTest("is not that of another GPU, which says so", async () => {
    const found = await compared({ gpu: "H200-141GB-SXM" });
    expect(ownOf(found).label).toBe("own GPUs on demand");
    expect(found.warnings.join("\n")).toContain("serving.monthlyUsd is not used");
  });
});

describe("an option that the requirements rule out", () => {
  const compared = async (requirements: string): Promise<Comparison> => {
    await cp(join(ROOT, "examples/contracts"), cwd, { recursive: true });
    const path = join(cwd, "programme.yaml");
    const text = await readFile(path, "utf8");
    await writeFile(path, `${text.replace(/^requirements:.*\n(?: .*\n)*/m, "")}\nrequirements: ${requirements}\n`);
    return Comparison.parse((await run(planCompare, { dir: ".", draws: "100" })).json);
  };
  const ruledOut = ({ options }: Comparison): string[] => [
    ...new Set(options.flatMap(({ kind, ruledOutBy }) => (ruledOutBy === null ? [] : [kind]))),
  ];

  test("is costed, but never wins", async () => {
    const found = await compared("{residency: on-premises}");
    expect(ruledOut(found).toSorted()).toEqual([
      "api",
      "dedicated-endpoint",
      "fine-tuned-api",
      "own-reserved",
      "scale-to-zero",
      "today",
    ]);
    expect(found.winner).toBe("own-on-demand");
    expect(found.conditions.map(({ option }) => option)).not.toContain("scale-to-zero");
    expect(ruledOut(await compared("{apiAllowed: false}")).toSorted()).toEqual(["api", "fine-tuned-api", "today"]);
    // The seller trains no new fine-tunes for new customers.
    const open = await compared("{}");
    expect(ruledOut(open)).toEqual(["fine-tuned-api"]);
    expect(open.options.find(({ kind }) => kind === "fine-tuned-api")?.ruledOutBy).toContain("closed to new users");
  });
});
