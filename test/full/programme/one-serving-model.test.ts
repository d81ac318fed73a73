import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Context } from "../../../src/base/context.ts";
import { Failure } from "../../../src/base/failure.ts";
import type { Comparison } from "../../../src/domain/comparison.ts";
import { ComparisonRequest } from "../../../src/domain/comparison-request.ts";
import type { CostPlan } from "../../../src/domain/cost-plan.ts";
import { figureEnds, isRefusal, middleOf, type Quantity } from "../../../src/domain/estimate.ts";
import type { PaybackPlan } from "../../../src/domain/payback-plan.ts";
import { CostRequest } from "../../../src/domain/run-request.ts";
import type { ServePlan } from "../../../src/domain/serve-plan.ts";
import { ServePlanRequest } from "../../../src/domain/serve-request.ts";
import type { Study } from "../../../src/domain/study.ts";
import { paybackPlan } from "../../../src/programme/cost/payback-plan.ts";
import { planCompare } from "../../../src/programme/planning/plan-compare.ts";
import { planProgrammeCost } from "../../../src/programme/planning/plan-cost.ts";
import { planServing } from "../../../src/programme/planning/plan-serve.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { feasibility } from "../../../src/programme/study/feasibility.ts";

const ON = "2026-11-25";
const PROGRAMMES = Number(process.env["TUNEWRIGHT_PROGRAMMES"] ?? 200);

/** Draws of every command, fewer than by default: the test compares answers, not their precision. */
const DRAWS = 400;
const SEED = 1;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-one-model-"));
});
afterAll(() => rm(root, { recursive: true }));

/** Serving according to a command: GPUs of a replica, replicas, and the GPU cost of a month in whole cents. */
type Answer = { gpu: string; gpus: number; replicas: number | null; usd: number };

const load = fc
  .record({ output: fc.integer({ min: 1e6, max: 3e9 }), ratio: fc.constantFrom(0.2, 1, 4, 15) })
  .map(({ output, ratio }) => ({ outputTokensPerMonth: output, inputTokensPerMonth: output * ratio }));

const hardware = fc.record(
  {
    gpu: fc.constantFrom("H100-80GB-SXM", "H200-141GB-SXM", "A100-80GB-SXM", "L40S"),
    gpuCount: fc.constantFrom(2, 4),
    gpuUsdPerHour: fc.constantFrom("2.10", "3.95"),
    spareReplicas: fc.integer({ min: 0, max: 2 }),
    peakOverMean: fc.constantFrom(1, 2.5, 8),
    requestOutputTokens: fc.constantFrom(40, 250, 1200),
    outputTokensPerSec: fc.integer({ min: 100, max: 5000 }),
  },
  { requiredKeys: [] },
);

/** Where data must stay, and what is owned there. */
const place = fc.constantFrom(
  {},
  { requirements: { residency: "on-premises" }, fleets: [{ gpu: "A100", gpuCount: 8, gpuUsdPerHour: "0.95" }] },
  { requirements: { apiAllowed: false } },
  { requirements: { residency: "eu" } },
  { requirements: { residency: "us" } },
);

const serving = fc.tuple(load, hardware).map(([tokens, more]) => ({ ...tokens, ...more }));

const programme = fc.record({
  model: fc
    .constantFrom("Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B")
    .map((base) => ({ base })),
  task: fc
    .constantFrom("chat", "extraction", "qa", "summarisation")
    .map((kind) => ({ kind, goals: ["format", "cost"] })),
  serving,
  today: fc.constantFrom(
    { api: "openai/gpt-4o", apiUsdPerMonth: "30000" },
    { api: "openai/gpt-4o-mini" },
    { apiUsdPerMonth: "60000" },
    { api: "openai/gpt-4o", shareReplaced: 0.6, laborUsdPerMonth: "2000" },
    { api: "openai/gpt-4o", apiUsdPerMonth: "9000", shareReplaced: 0.6, laborUsdPerMonth: "2000" },
    { laborUsdPerMonth: "25000" },
  ),
  place,
  // With a limit near the latency of a single request, the slow end of a replica often meets no SLO.
  latencyMsP95: fc.option(fc.constantFrom(120, 250, 700), { freq: 2, nil: undefined }),
});

const cents = (quantity: Parameters<typeof middleOf>[0]): number => Math.round((middleOf(quantity) ?? -1) * 100) / 100;

function fromServing({ serving: choice, payback }: Pick<Study, "serving" | "payback">): Answer {
  const { gpu, gpusPerReplica, replicas } = choice!.chosen;
  return { gpu, gpus: gpusPerReplica, replicas, usd: cents(payback.monthlyServing) };
}

/** The answers of every command but `plan serve`. */
type Answers = { study: Study; payback: PaybackPlan; cost: CostPlan; comparison: Comparison };

const silent: Context = {
  cwd: "/",
  env: {},
  now: () => new Date(`${ON}T12:00:00Z`),
  note: () => undefined,
  progress: () => undefined,
  confirm: () => Promise.resolve(false),
  untilInterrupted: (work) => work(new AbortController().signal),
};

/** A request as the command line parses it from its flags. */
function asked<Request>(schema: { parse: (value: unknown) => Request }, fields: Record<string, unknown>) {
  return { request: schema.parse(fields), stated: new Set(Object.keys(fields)) };
}

async function moneyOf(dir: string): Promise<Omit<Answers, "comparison">> {
  const [loaded, again] = [await readProgramme(dir, ON), await readProgramme(dir, ON)];
  const drawn = { on: ON, draws: DRAWS, seed: SEED, hubCache: undefined, onStep: () => undefined };
  const moves = { discountPerYear: 0.08, growthPerMonth: undefined, priceDropPerYear: 0 };
  return {
    study: await feasibility(loaded, { ...drawn, tool: "Tunewright", exact: false }),
    payback: await paybackPlan(again, { ...drawn, ...moves }),
    cost: await planProgrammeCost(silent, asked(CostRequest, { dir, on: ON, draws: DRAWS })),
  };
}

const ownOption = ({ options }: Comparison): Comparison["options"][number] =>
  options.find(({ kind }) => kind === "own-on-demand")!;

/** One size and one GPU cost of serving in every command. */
function expectOneSize(serve: ServePlan, { study, payback, cost, comparison }: Answers): void {
  const own = ownOption(comparison);
  const line = cost.cost.lines.find(({ id }) => id === "cost.serving.inference")!;
  const expected: Answer = {
    gpu: serve.spec.gpu,
    gpus: serve.memory.gpus,
    replicas: serve.replicas.planned,
    usd: cents(serve.usdPerMonth),
  };
  const others: Record<string, Answer> = {
    study: fromServing(study),
    payback: fromServing(payback),
    cost: fromServing(cost),
    line: { ...fromServing(cost), usd: Math.round((100 * line.cost!.p50) / 6) / 100 },
    compare: {
      gpu: comparison.gpu,
      gpus: comparison.gpusPerReplica,
      replicas: own.capacity === null ? null : (middleOf(own.capacity.replicas) ?? null),
      usd: cents(own.costs.servingUsdPerMonth),
    },
  };
  for (const [command, answer] of Object.entries(others))
    expect({ command, ...answer }).toEqual({ command, ...expected });
}

/** Amounts that several commands state, p10, p50 and p90 in whole cents; an end that is unknown is null. */
type Amounts = Readonly<Record<string, readonly (number | null)[] | string>>;

function amountsOf(parts: Readonly<Record<string, Quantity>>): Amounts {
  const centsOf = (value: number | null): number | null => value && Math.round(value * 100) / 100;
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => {
      const { p10, p50, p90 } = figureEnds(part);
      return [name, p50 === null ? "unknown" : [p10, p50, p90].map(centsOf)];
    }),
  );
}

const paidBack = ({ investment, monthlyPeople, monthlyMaintenance }: Study["payback"]): Amounts =>
  amountsOf({ launch: investment, people: monthlyPeople, maintenance: monthlyMaintenance });

/** Launch cost, people and maintenance, and the alternatives and what rules them out, of every command that has them. */
function expectOneAmount({ study, payback: { payback }, cost, comparison }: Answers): void {
  const own = ownOption(comparison);
  const expected = paidBack(study.payback);
  expect({ command: "payback", ...paidBack(payback) }).toEqual({ command: "payback", ...expected });
  expect({ command: "cost", ...paidBack(cost.payback) }).toEqual({ command: "cost", ...expected });
  expect({
    command: "compare",
    ...amountsOf({
      launch: comparison.terms.investmentUsd,
      people: own.costs.engineerUsdPerMonth,
      maintenance: own.costs.maintenanceUsdPerMonth,
    }),
  }).toEqual({ command: "compare", ...expected });
  for (const id of ["open-weight-host", "cheapest-api", "nothing"] as const) {
    const alternative = study.alternatives!.options.find((other) => other.id === id)!;
    const option = comparison.options.find(({ kind, label }) =>
      id === "nothing" ? kind === "today" : label === alternative.label,
    );
    // What a month of list price replaces is the option of that API, and has no row of its own.
    if (id === "nothing" && option === undefined) continue;
    if ("refused" in alternative.usdPerMonth) continue;
    const [compared, studied] = [option!.costs.usdPerMonth, alternative.usdPerMonth].map((usd) => amountsOf({ usd }));
    expect({ id, ...compared, ruledOutBy: option!.ruledOutBy }).toEqual({
      id,
      ...studied,
      ruledOutBy: alternative.ruledOutBy,
    });
  }
}

/** The cost of today, the saving, and the month in which it has paid for the launch, of every command. */
function expectOnePayback({ study, payback: { payback }, cost, comparison }: Answers): void {
  const of = ({ today, monthlySaving, monthWithServing }: Study["payback"]): Amounts & { text: string } => ({
    text: `${today!.text}; ${today!.conflict}; ${today!.notes.join("; ")}`,
    ...amountsOf({ today: today!.usdPerMonth, monthlySaving, monthWithServing }),
  });
  const expected = of(study.payback);
  expect(expected["today"]).toEqual(expected["monthlySaving"]);
  expect({ command: "payback", ...of(payback) }).toEqual({ command: "payback", ...expected });
  expect({ command: "cost", ...of(cost.payback) }).toEqual({ command: "cost", ...expected });
  const { today } = comparison;
  const baseline = comparison.options.find(({ id }) => id === comparison.baseline)!;
  const own = ownOption(comparison);
  expect(today).toEqual(study.payback.today);
  // Without a cost of today, savings of the comparison are counted from a common API.
  if ("refused" in today!.usdPerMonth) return;
  const compared = amountsOf({
    today: today!.usdPerMonth,
    monthlySaving: baseline.costs.usdPerMonth,
    monthWithServing: own.overTime.paybackMonth,
  });
  expect({ command: "compare", text: expected.text, ...compared }).toEqual({
    command: "compare",
    ...expected,
  });
  expect(own.overTime.neverShare).toBeCloseTo(study.payback.neverShare!, 9);
}

type Random = typeof programme extends fc.Arbitrary<infer Value> ? Value : never;

async function written(value: Random, name: string): Promise<string> {
  const dir = join(root, name);
  await mkdir(dir);
  const { place: where, latencyMsP95, ...stated } = value;
  const { fleets, requirements } = where as { fleets?: object[]; requirements?: object };
  const rented = { gpu: "H100-80GB-SXM", gpuCount: 1, gpuUsdPerHour: "2.50", hoursPerRun: 3 };
  const training = { method: "lora", runs: 8, ...(fleets === undefined ? rented : { fleets }) };
  const data = { plannedRows: 5000, meanTokens: 600 };
  const whole = { name: "A programme", data, training, ...stated, requirements: { ...requirements, latencyMsP95 } };
  await writeFile(join(dir, "programme.yaml"), JSON.stringify(whole));
  return dir;
}

/** The plan of a programme's serving; undefined if no GPU count meets the SLO, or the model does not fit as stated. */
async function servedBy(dir: string): Promise<ServePlan | undefined> {
  try {
    const plan = await planServing(silent, asked(ServePlanRequest, { dir, on: ON }));
    return isRefusal(plan.capacityAtSlo.requestsPerSec) ? undefined : plan;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

async function expectOneAnswer(dir: string): Promise<"served" | "withoutSlowEnd" | "unserved"> {
  const serve = await servedBy(dir);
  const money = await moneyOf(dir);
  if (serve === undefined) {
    for (const { monthlyServing } of [money.study.payback, money.payback.payback, money.cost.payback])
      expect(monthlyServing).toHaveProperty("refused");
    return "unserved";
  }
  const comparison = await planCompare(silent, asked(ComparisonRequest, { dir, on: ON, draws: DRAWS }));
  expectOneSize(serve, { ...money, comparison });
  expectOneAmount({ ...money, comparison });
  expectOnePayback({ ...money, comparison });
  return comparison.capacity.slowEnd === null ? "served" : "withoutSlowEnd";
}

/** Inputs of the speed of a replica: programmes that share them are neighbours, so that it is simulated once. */
const replicaOf = ({
  model,
  task,
  serving: { gpu, gpuCount, requestOutputTokens, ...load },
  place: where,
  latencyMsP95,
}: Random) =>
  JSON.stringify([
    model,
    latencyMsP95,
    task.kind,
    requestOutputTokens,
    where,
    gpu,
    gpuCount,
    load.inputTokensPerMonth / load.outputTokensPerMonth,
  ]);

test("study, payback, cost, serve and compare state one size, one GPU cost, one amount for each part and one payback", async () => {
  const programmes = fc.sample(programme, PROGRAMMES).toSorted((a, b) => (replicaOf(a) < replicaOf(b) ? -1 : 1));
  const counts = { served: 0, unserved: 0, withoutSlowEnd: 0 };
  const differ: string[] = [];
  for (const [index, value] of programmes.entries()) {
    try {
      counts[await expectOneAnswer(await written(value, String(index)))] += 1;
    } catch (error) {
      differ.push(`${JSON.stringify(value)}\n${String(error)}`);
    }
  }
  process.stdout.write(`random programmes: ${JSON.stringify(counts)}\n`);
  expect(differ.join("\n\n")).toBe("");
  expect(counts.served + counts.withoutSlowEnd).toBeGreaterThan(PROGRAMMES / 2);
}, 7_200_000);
