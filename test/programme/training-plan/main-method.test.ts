import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { CostPlan } from "../../../src/domain/cost-plan.ts";
import { middleOf } from "../../../src/domain/estimate.ts";
import type { FleetSearch } from "../../../src/domain/fleet-search.ts";
import { programmeTraining } from "../../../src/programme/method/programme-training.ts";
import { type LoadedProgramme, readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { type TrainingEstimate, trainingEstimate } from "../../../src/programme/training-plan/training-estimate.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runHere } from "../../cli/run-here.ts";

const ON = "2026-06-15";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-main-method-"));
});
afterAll(() => rm(root, { recursive: true }));

/** A programme with these training and data sections, in YAML. */
async function programme(training: string, data = "{ plannedRows: 4000, meanTokens: 400 }"): Promise<LoadedProgramme> {
  const dir = await mkdtemp(join(root, "p-"));
  const lines = ["name: A programme", "task: { kind: reasoning, goals: [reasoning], verifiableReward: true }"];
  const more = ["model: { base: Qwen/Qwen2.5-7B }", `data: ${data}`, `training: ${training}`];
  await writeFile(join(dir, "programme.yaml"), [...lines, ...more].join("\n"));
  return readProgramme(dir, ON);
}

const ONE = "gpu: H100-80GB-SXM, gpuCount: 8";
const PAIRS = "{ preferencePairs: 3000, meanTokens: 400 }";

describe("grpo and dpo as the method", () => {
  test("train from the base model, the weights that are named", async () => {
    const input = { on: ON, asStated: true };
    const grpo = await programmeTraining(await programme(`{ method: grpo, ${ONE} }`), input);
    expect(grpo.training.spec).toMatchObject({ method: "lora", objective: "grpo" });
    expect(grpo.training.volume.rollouts).toBeDefined();
    const dpo = await programmeTraining(await programme(`{ method: dpo, weights: full-sft, ${ONE} }`, PAIRS), input);
    expect(dpo.training.spec).toMatchObject({ method: "full", objective: "dpo" });
    expect(dpo.training.volume.rows).toBe(3000);
  });

  test.each([
    ["grpo", "{ plannedRows: 4000, meanTokens: 400 }"],
    ["dpo", "{ plannedRows: 4000, preferencePairs: 3000, meanTokens: 400 }"],
  ] as const)(
    "%s after a supervised run has the memory, time and fleet of itself, and that run in front",
    async (method, data) => {
      const input = { on: ON, asStated: true };
      const trained = async (more: string, rows: string = data): Promise<TrainingEstimate> =>
        (await programmeTraining(await programme(`{ ${more}, weights: full-sft }`, rows), input)).training;
      const alone = await trained(`method: ${method}`, method === "dpo" ? PAIRS : data);
      const after = await trained(`method: ${method}, sftFirst: true`);
      const { training: sft } = await programmeTraining(await programme("{ method: full-sft }", data), input);
      expect(after.spec).toEqual(alone.spec);
      expect(after.memory).toEqual(alone.memory);
      expect(after.costPerRun).toEqual(alone.costPerRun);
      expect(middleOf(after.memory.device)).toBeGreaterThan(middleOf(sft.memory.device)!);
      expect(alone.supervised).toBeUndefined();
      expect(after.supervised).toEqual(sft.volume);
      expect(middleOf(after.facts.supervisedGpuHours!)).toBeGreaterThan(0);
    },
  );

  test("a sweep is over the method, and the supervised run before it is paid for once", async () => {
    const costs = async (more: string): Promise<Map<string, number | undefined>> => {
      const { dir } = await programme(`{ method: grpo, runs: 8, ${ONE}${more} }`);
      const ran = await runHere(["plan", "cost", dir, "--on", ON, "--draws", "500", "--json"]);
      const { cost } = JSON.parse(ran.stdout) as CostPlan;
      return new Map(cost.lines.map(({ id, cost: usd }) => [id.replace("cost.training.", ""), usd?.p50]));
    };
    const [alone, after] = [await costs(""), await costs(", sftFirst: true")];
    expect(after.get("final")).toBeCloseTo(alone.get("final")!, 6);
    expect(after.get("sweep")! / after.get("final")!).toBeCloseTo(6, 1);
    expect(alone.get("sweep")! / alone.get("final")!).toBeCloseTo(7, 1);
    expect(alone.get("supervised")).toBe(0);
    expect(after.get("supervised")).toBeGreaterThan(0);
    expect(after.get("supervised")).toBeLessThan(after.get("final")!);
  });

  test("tokens of a run of grpo include what it samples", async () => {
    const { training } = await programmeTraining(await programme(`{ method: grpo, ${ONE} }`), {
      on: ON,
      asStated: true,
    });
    const { rows, meanTokens, epochs } = training.volume;
    expect(middleOf(training.modelledTokensPerRun)).toBeGreaterThan(2 * rows * meanTokens * epochs);
  });

  test("pairs are the rows of dpo: they are what is labelled", async () => {
    expect((await programme("{ method: dpo }", PAIRS)).programme.data.plannedRows).toBe(3000);
  });

  test.each([
    ["{ method: dpo }", "{ plannedRows: 100 }", "none are planned"],
    ["{ method: dpo }", "{ plannedRows: 100, preferencePairs: 200 }", "trains only on the 200 pairs"],
    ["{ method: grpo, preferencePass: dpo }", undefined, "cannot follow method grpo"],
    ["{ method: dpo, sftFirst: true }", PAIRS, "no rows are planned"],
    ["{ method: lora, sftFirst: true }", undefined, "applies to method dpo or grpo"],
    ["{ method: lora, weights: qlora }", undefined, "applies to method dpo or grpo"],
    ["{ fleets: [{ gpu: L40S, gpuCount: 1 }], gpu: L40S }", undefined, "states several"],
    ["{ fleets: [{ gpu: L4O, gpuCount: 1 }] }", undefined, "training.fleets.0.gpu"],
  ])("training %s with data %s is refused with a hint", async (training, data, message) => {
    const failure = await catchFailureAsync(() => programme(training, data));
    expect(failure).toMatchObject({ kind: expect.stringMatching(/bad_input|not_found/) as string });
    expect(failure.message).toContain(message);
    expect(failure.hint).toBeTruthy();
  });
});

describe("several fleets", () => {
  const fleets = (...of: string[]): string => `{ method: full-sft, fleets: [${of.join(", ")}] }`;
  const cheap = "{ gpu: A100-80GB-SXM, gpuCount: 4, gpuUsdPerHour: 0.10 }";
  const dear = "{ gpu: H100-80GB-SXM, gpuCount: 8, gpuUsdPerHour: 9 }";
  const small = "{ gpu: L4, gpuCount: 1, gpuUsdPerHour: 0.01 }";

  test("the one on which a run costs least is chosen of those that hold it, whatever their order", async () => {
    for (const order of [
      [cheap, dear, small],
      [small, dear, cheap],
    ]) {
      const { fleet, fleets: shown, usdPerGpuHour } = await trainingEstimate(await programme(fleets(...order)), ON);
      expect(fleet).toMatchObject({ gpu: "A100-80GB-SXM", gpuCount: 4 });
      expect(middleOf(usdPerGpuHour)).toBe(0.1);
      expect(new Set(shown.map(({ gpu }) => gpu))).toEqual(new Set(["A100-80GB-SXM", "H100-80GB-SXM"]));
    }
  });

  test("limit the number of GPUs, and a run takes as few as cost least, as plan fleet has it", async () => {
    const lora = (...of: string[]): string => `{ method: lora, fleets: [${of.join(", ")}] }`;
    const loaded = await programme(lora("{ gpu: A100-80GB-SXM, gpuCount: 6, gpuUsdPerHour: 0.10 }", dear));
    const { fleet, fleets: shown, facts } = await trainingEstimate(loaded, ON);
    const ran = await runHere(["plan", "fleet", loaded.dir, "--on", ON, "--json"]);
    const search = JSON.parse(ran.stdout) as FleetSearch;
    const place = ({ gpu, gpuCount }: { gpu: string; gpuCount: number }): string => `${gpuCount} × ${gpu}`;
    expect(place(fleet!)).toBe("1 × A100-80GB-SXM");
    expect(facts.gpuCount).toBe(1);
    expect(shown.map(place)).toEqual(search.options.map(place));
    expect(shown.map(place)).toContain("6 × A100-80GB-SXM");
    expect(shown.filter(({ gpu, gpuCount }) => gpuCount > (gpu === "A100-80GB-SXM" ? 6 : 8))).toEqual([]);
  });

  test("of one kind are answered as a search of that GPU", async () => {
    const one = await trainingEstimate(await programme(fleets(dear)), ON);
    const alone = await programme("{ method: full-sft, gpu: H100-80GB-SXM, gpuUsdPerHour: 9 }");
    const searched = await trainingEstimate(alone, ON, { maxGpus: 8 });
    const known = ({ spec, memory, gpuHoursPerRun }: typeof one): object => ({ spec, memory, gpuHoursPerRun });
    expect(known(one)).toEqual(known(searched));
  });

  test("that hold no run are shown with the reason", async () => {
    const { fleet, memory } = await trainingEstimate(await programme(fleets(small)), ON);
    expect(fleet).toMatchObject({ gpu: "L4", gpuCount: 1 });
    expect(memory.fits).toBe("no");
  });
});
