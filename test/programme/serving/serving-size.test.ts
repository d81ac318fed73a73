import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { allPrices } from "../../../src/catalog/prices.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { middleOf } from "../../../src/domain/estimate.ts";
import type { ProgrammeInput } from "../../../src/domain/programme.ts";
import { choiceLines } from "../../../src/plan/serving/choice-text.ts";
import { estimatedCapacity, planServe } from "../../../src/plan/serve-plan/plan-serve.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { programmeServing } from "../../../src/programme/serving/serve-programme.ts";
import { type ProgrammeSize, servingSize } from "../../../src/programme/serving/serving-size.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { longTest } from "../../long-suite.ts";

const ON = "2026-11-25";
const folder = mkdtempSync(join(tmpdir(), "tunewright-size-"));
afterAll(() => rmSync(folder, { recursive: true }));

let folders = 0;

/** The example of contracts with its block of serving replaced. */
async function sizeWith(serving: string): Promise<ProgrammeSize> {
  folders += 1;
  const dir = join(folder, String(folders));
  cpSync(join(ROOT, "examples/contracts"), dir, { recursive: true });
  const path = join(dir, "programme.yaml");
  const text = readFileSync(path, "utf8").replace(/^serving:\n(?:[ \t].*\n|\n)*/m, `serving:\n${serving}\n`);
  writeFileSync(path, text);
  return servingSize(await readProgramme(dir, ON), { shape: findModel("Qwen/Qwen2.5-7B"), on: ON });
}

/** A programme without a dataset file. */
async function programmeOf(over: Partial<ProgrammeInput>) {
  folders += 1;
  const dir = mkdtempSync(join(folder, `p${folders}-`));
  const programme: ProgrammeInput = {
    name: "A programme",
    task: { kind: "chat", goals: ["cost"] },
    model: { base: "Qwen/Qwen3-32B" },
    data: { plannedRows: 5000 },
    ...over,
  };
  writeFileSync(join(dir, "programme.yaml"), JSON.stringify(programme));
  return readProgramme(dir, ON);
}

const LOAD = "  inputTokensPerMonth: 5280000000\n  outputTokensPerMonth: 880000000\n";
const MONTH = { inputTokensPerMonth: 3e9, outputTokensPerMonth: 200e6 };

describe("the replica of a programme", () => {
  longTest("has the GPUs, the capacity, the number and the cost that plan serve has", async () => {
    const loaded = await programmeOf({ serving: { ...MONTH, gpu: "H100" } });
    const { size, choice } = await servingSize(loaded, { shape: findModel("Qwen/Qwen3-32B"), on: ON });
    const serving = await programmeServing(loaded, { on: ON, given: {}, price: {} });
    const plan = planServe(serving);
    expect(size.gpuCount).toBe(plan.memory.gpus);
    expect(size.sized!.capacity).toEqual(plan.capacityAtSlo);
    expect(choice!.chosen.replicas).toBe(plan.replicas.planned);
    expect(choice!.chosen.gpuUsdPerMonth).toEqual(plan.usdPerMonth);
  });

  longTest(
    "is priced by a recent price before a cheaper old one, which is chosen, with a warning, only if it is alone",
    async () => {
      const shape = findModel("Qwen/Qwen2.5-7B");
      const loaded = await programmeOf({ model: { base: shape.id }, serving: MONTH });
      const some = allPrices().find(({ kind, term }) => kind === "list" && term === "on-demand")!;
      const row = (gpu: string, usd: string, validFrom: string) => {
        const seller = { sku: gpu, gpu, seller: "acme", sellerClass: "neocloud", kind: "list" } as const;
        return { ...some, ...seller, lowUsd: usd, highUsd: usd, validFrom, validTo: null };
      };
      const [old, recent] = [row("L40S", "0.30", "2026-08-26"), row("H100-80GB-SXM", "2.50", "2026-08-27")];
      const choiceOf = async (prices: (typeof old)[]) =>
        (await servingSize({ ...loaded, prices }, { shape, on: ON })).choice!;
      const { chosen } = await choiceOf([old, recent]);
      expect([chosen.gpu, chosen.priceNote]).toEqual(["H100-80GB-SXM", null]);
      const alone = await choiceOf([old]);
      expect(alone.chosen.gpu).toBe("L40S");
      expect(choiceLines(alone).join("\n")).toContain(
        "L40S: the newest price of a seller is of 2026-08-26, 91 days old",
      );
      expect(choiceLines(alone).join("\n")).toContain("1 seller with list prices");
      expect(choiceLines(alone).join("\n")).toContain("of 2026-08-26, 91 days old");
    },
  );

  longTest("is one of the own machines at their own price where data must stay on the premises", async () => {
    const fleets = [
      { gpu: "A100-80GB", gpuCount: 4, gpuUsdPerHour: "0.90" },
      { gpu: "H100", gpuCount: 2, gpuUsdPerHour: "1.20" },
    ];
    const shape = findModel("Qwen/Qwen3-32B");
    const chosenOf = async (over: Partial<ProgrammeInput>) => {
      const { choice } = await servingSize(await programmeOf({ serving: MONTH, ...over }), { shape, on: ON });
      const { gpu, usdPerGpuHour } = choice!.chosen;
      return { gpu: gpu.replace(/-.*/, ""), runnerUp: choice!.runnerUp?.gpu, usd: middleOf(usdPerGpuHour) };
    };
    const requirements = { residency: "on-premises" as const };
    const own = await chosenOf({ training: { fleets }, requirements });
    expect([
      ["A100", 0.9],
      ["H100", 1.2],
    ]).toContainEqual([own.gpu, own.usd]);
    expect(own.runnerUp ?? "A100").toMatch(/^(?:A100|H100)-/);
    const only = { gpu: "H100", gpuCount: 2, gpuUsdPerHour: "1.20" };
    expect(await chosenOf({ training: only, requirements })).toMatchObject({ gpu: "H100", usd: 1.2 });
    expect((await chosenOf({ training: { fleets } })).usd).not.toBe(own.usd);
  });

  test("is the cheapest split that meets the SLO, not the smallest that fits the weights", async () => {
    // Eight times the load: one GPU has room for few requests in addition to 61 GiB of weights, two have for eight times as many.
    const serving = { inputTokensPerMonth: 24e9, outputTokensPerMonth: 1.6e9, gpu: "H100" };
    const { choice } = await servingSize(await programmeOf({ serving }), {
      shape: findModel("Qwen/Qwen3-32B"),
      on: ON,
    });
    const cost = (fleet: { gpuUsdPerMonth: Parameters<typeof middleOf>[0] }): number => middleOf(fleet.gpuUsdPerMonth)!;
    expect(choice!.chosen.gpusPerReplica).toBeGreaterThan(1);
    expect(choice!.isStated).toBe(false);
    expect(cost(choice!.chosen)).toBeLessThanOrEqual(cost(choice!.runnerUp!));
    const one = await servingSize(await programmeOf({ serving: { ...serving, gpuCount: 1 } }), {
      shape: findModel("Qwen/Qwen3-32B"),
      on: ON,
    });
    expect(one.choice!.isStated).toBe(true);
    expect(cost(choice!.chosen)).toBeLessThan(cost(one.choice!.chosen));
  });

  longTest("is chosen over GPUs where none is stated, with the next cheapest", async () => {
    const { choice } = await servingSize(await programmeOf({ serving: MONTH }), {
      shape: findModel("Qwen/Qwen3-32B"),
      on: ON,
    });
    const stated = await servingSize(await programmeOf({ serving: { ...MONTH, gpu: "H100" } }), {
      shape: findModel("Qwen/Qwen3-32B"),
      on: ON,
    });
    expect(choice!.runnerUp).not.toBeNull();
    expect(middleOf(choice!.chosen.gpuUsdPerMonth)).toBeLessThanOrEqual(
      middleOf(stated.choice!.chosen.gpuUsdPerMonth)!,
    );
  });

  test("gives its capacity within the SLO at the programme's own mix", async () => {
    const loaded = await readProgramme(join(ROOT, "examples/contracts"), ON);
    const { spec, gpu, shape } = await programmeServing(loaded, { on: ON, given: {}, price: {} });
    const { size } = await servingSize(loaded, { shape, on: ON });
    expect(size.sized!.capacity).toEqual(estimatedCapacity({ spec, shape, gpu }));
  });

  test("is counted by the speed that the programme states", async () => {
    const { size } = await sizeWith(`${LOAD}  outputTokensPerSec: 2000`);
    expect(size.sized!.capacity).toMatchObject({ basis: "stated", outputTokensPerSec: { p10: 2000, p90: 2000 } });
    // 880e6 tokens × the 1.01 of the tokenizer / 2,629,800 s × 3 = 1,014 tokens/s over 2,000
    expect(size.sized!.replicas.planned).toBe(1);
  });

  test.each([
    ["no tokens of a month", '  gpu: "H100"'],
    ["no input of a month", "  outputTokensPerMonth: 880000000"],
  ])("is not sized with %s", async (_, serving) => {
    expect((await sizeWith(serving)).size.sized).toBeUndefined();
  });

  test("of more GPUs than its heads divide is refused by name", async () => {
    const { size } = await sizeWith(`${LOAD}  gpuCount: 3`);
    expect(size).toMatchObject({ sized: undefined, unknown: expect.stringContaining("does not divide") });
  });
});

describe("the requests of a programme", () => {
  const SERVED = { on: ON, given: {}, price: {} };

  test("are published ones for its task where nothing says how long they are, and the month gives the input", async () => {
    const { spec, choice } = await programmeServing(await programmeOf({ serving: { ...MONTH, gpu: "H100" } }), SERVED);
    expect(spec.outputTokens).toBe(211); // Azure LLM inference trace 2023, conversation
    expect(spec.inputTokens).toBe(211 * 15);
    expect(choice!.requests.basis).toBe("default");
  });

  longTest("are as long as a row where only that is stated, divided as the month divides them", async () => {
    const data = { plannedRows: 5000, meanTokens: 160 };
    const { spec, choice } = await programmeServing(
      await programmeOf({ data, serving: { ...MONTH, gpu: "H100" } }),
      SERVED,
    );
    expect([spec.inputTokens, spec.outputTokens]).toEqual([150, 10]);
    expect(choice!.requests).toMatchObject({
      basis: "default",
      text: expect.stringContaining("160 tokens (data.meanTokens)"),
    });
    expect(choice!.requests.text).not.toContain("not used");
    // A stated length and the month say more than the mean of a row.
    const stated = { ...MONTH, gpu: "H100", requestOutputTokens: 100 };
    const other = await programmeServing(await programmeOf({ data, serving: stated }), SERVED);
    expect([other.spec.inputTokens, other.spec.outputTokens]).toEqual([1500, 100]);
  });

  longTest("are those that it states, and one gives the other", async () => {
    const of = async (serving: ProgrammeInput["serving"]) =>
      programmeServing(await programmeOf({ serving: { ...MONTH, gpu: "H100", ...serving } }), SERVED);
    const { spec, choice } = await of({ requestInputTokens: 1500, requestOutputTokens: 100 });
    expect(spec).toMatchObject({ inputTokens: 1500, outputTokens: 100 });
    expect(choice!.requests.basis).toBe("stated");
    expect((await of({ requestInputTokens: 3000 })).spec).toMatchObject({ inputTokens: 3000, outputTokens: 200 });
    expect((await of({ requestOutputTokens: 100 })).spec).toMatchObject({ inputTokens: 1500, outputTokens: 100 });
  });

  test("may not contradict the tokens of the month", async () => {
    const loaded = await programmeOf({ serving: { ...MONTH, requestInputTokens: 300, requestOutputTokens: 300 } });
    const failure = await catchFailureAsync(() => programmeServing(loaded, SERVED));
    expect(failure).toMatchObject({ kind: "bad_input", message: expect.stringContaining("the month has 15") });
  });

  test("come as often as the tokens of the month say, counted by the served model", async () => {
    const rateOf = async (api: string | undefined): Promise<number> => {
      const today = api === undefined ? {} : { api };
      const { spec } = await programmeServing(await programmeOf({ serving: { ...MONTH, gpu: "H100" }, today }), SERVED);
      return spec.rate!;
    };
    expect(await rateOf(undefined)).toBeCloseTo(200e6 / 211 / (730.5 * 3600), 9);
    expect((await rateOf("openai/gpt-4o")) / (await rateOf(undefined))).toBeCloseTo(1.01, 9);
  });
});
