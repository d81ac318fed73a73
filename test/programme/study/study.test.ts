import { describe, expect, test } from "vitest";

import { isRefusal } from "../../../src/domain/estimate.ts";
import { Study } from "../../../src/domain/study.ts";
import { feasibility } from "../../../src/programme/study/feasibility.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { RISK_RULES } from "../../../src/programme/study/study-risks.ts";
import { studyDocument } from "../../../src/programme/study/study-document.ts";
import { studyHtml } from "../../../src/programme/study/study-html.ts";
import { studyMarkdown } from "../../../src/programme/study/study-markdown.ts";
import { studyText } from "../../../src/programme/study/study-text.ts";
import { linkedFigures } from "../../report/linked-figures.ts";
import { studyOf as studyOfStated } from "./study-of.ts";
import { DAY, FIXTURE, studyOf, studyOfFixture } from "./study-of-fixture.ts";
import { longTest } from "../../long-suite.ts";

const WRITTEN = { html: "report/study.html", markdown: "report/study.md", json: "report/study.json" };

describe("a study", () => {
  test("is what its schema says, so that study.json can be read back", async () => {
    const study = await studyOfFixture();
    expect(Study.parse(JSON.parse(JSON.stringify(study)))).toEqual(study);
  });

  test("is printed as Markdown", async () => {
    await expect(studyMarkdown(await studyOfFixture())).toMatchFileSnapshot("../../golden/study/study.md");
  });

  test("names the base model as the programme does, and in the chain the one whose shape it has", async () => {
    const study = await studyOfStated();
    const stated = "meta-llama/Llama-3.1-8B-Instruct";
    expect(study.model).toMatchObject({ id: stated, shapeOf: "meta-llama/Llama-3.1-8B" });
    expect(studyDocument(study).facts).toContainEqual({ label: "Base model", value: stated });
    expect(studyText(study, WRITTEN)).toContain(`${stated}, `);
    const { source } = study.figures.find(({ id }) => id === "model.paramCount")!;
    expect(source.ref).toContain("shape of meta-llama/Llama-3.1-8B: ");
  });

  test("is summed up on the terminal", async () => {
    await expect(`${studyText(await studyOfFixture(), WRITTEN)}\n`).toMatchFileSnapshot(
      "../../golden/study/summary.txt",
    );
  });

  test("is the same when it is made twice from the same day and seed", async () => {
    const [once, again] = [await studyOfFixture(), await studyOf(FIXTURE)];
    expect(JSON.stringify(again)).toBe(JSON.stringify(once));
    expect(studyHtml(again)).toBe(studyHtml(once));
  });
});

describe("chains", () => {
  test("every number that is shown with a link has its figure in the appendix", async () => {
    const study = await studyOfFixture();
    const known = new Set(study.figures.map((figure) => figure.id));
    const linked = linkedFigures(studyDocument(study));
    expect(linked.length).toBeGreaterThan(60);
    expect(linked.filter((id) => !known.has(id))).toEqual([]);
  });

  test("the numbers of the summary, the run, the cost lines and the payback all link", async () => {
    const study = await studyOfFixture();
    const linked = new Set(linkedFigures(studyDocument(study)));
    const names =
      "total.endToEnd total.computeOnly total.withServing run.hoursPerRun run.modelledHours run.memory run.tokens " +
      "run.usdPerGpuHour run.costPerRun run.gpuHoursAllRuns model.paramCount payback.investment " +
      "payback.monthlySaving payback.monthWithServing payback.roi12WithServing dataset.1.rows dataset.1.tokens " +
      "dataset.2.rows aiact.plannedFlop aiact.thresholdFlop";
    const lines = study.cost.lines.filter((line) => line.cost !== null).map((line) => line.id);
    const memory = study.training.memoryPlan.lines.map(({ id }) => `memory.${id}`);
    const methods = study.method.ranking
      .filter(({ verdict, cost }) => verdict !== "excluded" && !isRefusal(cost))
      .flatMap(({ method }) => ["score", "memory", "gpuHours", "cost"].map((field) => `method.${method}.${field}`));
    const fleet = ["memory", "hours", "usdPerGpuHour", "cost"].map((field) => `fleet.H100-80GB-SXM.1.${field}`);
    const wanted = [...names.split(" "), ...lines, ...memory, ...methods, ...fleet];
    expect(wanted.filter((id) => !linked.has(id))).toEqual([]);
  });

  test("hours and memory end at measured runs: the calibration cell with its number of runs, and the band", async () => {
    const { figures } = await studyOfFixture();
    const book = new Map(figures.map((figure) => [figure.id, figure]));
    const leaves = (id: string): string[] => {
      const { inputs } = book.get(id)!;
      return inputs.length === 0 ? [id] : inputs.flatMap(leaves);
    };
    expect(leaves("run.modelledHours")).toEqual(
      expect.arrayContaining(["speed.modelTflops", "model.hidden", "user.data.plannedRows"]),
    );
    expect(book.get("speed.modelTflops")!.source).toMatchObject({
      kind: "measured",
      ref: expect.stringMatching(/measured over physics of/),
    });
    expect(book.get("speed.modelTflops")!.label).toMatch(/n = \d+/);
    const [tflops, flops, speed] = ["speed.modelTflops", "flops.perToken", "run.tokensPerSecPerGpu"].map(
      (id) => book.get(id)!.p50!,
    );
    expect(speed).toBeCloseTo((tflops! * 1000) / flops!, 6);
    const { inputs, p50 } = book.get("run.memory")!;
    const sum = inputs.filter((id) => id !== "memory.band").reduce((total, id) => total + book.get(id)!.p50!, 0);
    expect(p50).toBeCloseTo(sum, 6);
    expect(book.get("memory.band")!.source.kind).toBe("measured");
  });

  test("every input of a figure is a figure too, and no chain leads back to itself", async () => {
    const { figures } = await studyOfFixture();
    const book = new Map(figures.map((figure) => [figure.id, figure]));
    const missing = figures.flatMap((figure) =>
      figure.inputs.filter((id) => !book.has(id)).map((id) => `${figure.id} -> ${id}`),
    );
    expect(missing).toEqual([]);
    const done = new Set<string>();
    const visit = (id: string, path: readonly string[]): void => {
      expect(path, `${id} rests on itself`).not.toContain(id);
      if (done.has(id)) return;
      for (const input of book.get(id)!.inputs) visit(input, [...path, id]);
      done.add(id);
    };
    for (const { id } of figures) visit(id, []);
  });

  test("a figure without inputs names a source that is not a computation, unless it is unknown or a count of draws", async () => {
    const { figures } = await studyOfFixture();
    const rootless = figures.filter(
      ({ inputs, source, reason }) =>
        inputs.length === 0 && source.kind === "computed" && source.ref === "computed" && !reason,
    );
    expect(rootless.map(({ id }) => id)).toEqual([]);
  });
});

longTest("a pass over pairs counts to the compute of the AI Act by both methods, and to the calendar", async () => {
  const loaded = await readProgramme(FIXTURE, DAY);
  const studied = (preferencePairs: number): Promise<Study> => {
    const { hoursPerRun: _, ...training } = loaded.programme.training;
    const programme = {
      ...loaded.programme,
      data: { ...loaded.programme.data, preferencePairs },
      training: { ...training, preferencePass: "dpo" as const },
    };
    const options = { on: DAY, tool: "Tunewright 0.0.0", exact: true, seed: 1, onStep: () => undefined };
    return feasibility({ ...loaded, programme }, options);
  };
  const [few, many] = [await studied(1000), await studied(500_000)];
  for (const read of [
    ({ aiAct }: Study) => aiAct.plannedFlop,
    ({ aiAct }: Study) => aiAct.hardwareFlop,
    ({ training }: Study) => training.gpuHours,
  ]) {
    const [less, more] = [read(few), read(many)];
    if (isRefusal(less) || isRefusal(more)) throw new Error("refused");
    expect(more.p50).toBeGreaterThan(5 * less.p50);
  }
  const isLong = ({ risks }: Study): boolean => risks.some(({ id }) => id === "training.long-run");
  expect([isLong(few), isLong(many), isLong(await studied(5_000_000))]).toEqual([false, false, true]);
});

test("a pass is named after the method, with memory and hours of its own", async () => {
  const loaded = await readProgramme(FIXTURE, DAY);
  const training = { ...loaded.programme.training, preferencePass: "dpo" as const, hoursPerRun: undefined };
  const data = { ...loaded.programme.data, preferencePairs: 2000 };
  const options = { on: DAY, tool: "Tunewright 0.0.0", exact: true, seed: 1, onStep: () => undefined };
  const study = await feasibility({ ...loaded, programme: { ...loaded.programme, data, training } }, options);
  const text = studyText(study, WRITTEN);
  expect(text).toContain("lora, then dpo on");
  expect(text).toMatch(/memory per GPU, dpo pass +GiB +\d/);
  const { memory, passMemory } = study.training;
  if (isRefusal(memory) || passMemory === null || isRefusal(passMemory)) throw new Error("refused");
  // A pair is two sequences: twice the activations of a run. Its logits may take fewer bytes than a supervised loss's.
  const gibOf = (ids: readonly string[]): number =>
    study.training.memoryPlan.lines.reduce((sum, { id, bytes }) => sum + (ids.includes(id) ? bytes / 2 ** 30 : 0), 0);
  const state = ["weights", "adapters", "adapter-state"];
  expect(passMemory.p50).toBeGreaterThan(gibOf(state) + 2 * gibOf(["checkpoints"]) + gibOf(["process"]));
  expect(passMemory.p50).toBeLessThan(2 * memory.p50 - gibOf(state));
  expect(passMemory.p50).not.toBeCloseTo(memory.p50, 1);
  expect(studyMarkdown(study)).toMatch(/preference pass \| GPU-h/);
});

test("a GRPO pass counts to the compute of the AI Act with all that it samples, and its figures are in the chain", async () => {
  const loaded = await readProgramme(FIXTURE, DAY);
  const studied = (preferencePass: "none" | "grpo"): Promise<Study> => {
    const training = { ...loaded.programme.training, preferencePass, groupSize: 8, completionTokens: 500 };
    const programme = { ...loaded.programme, training };
    const options = { on: DAY, tool: "Tunewright 0.0.0", exact: true, seed: 1, onStep: () => undefined };
    return feasibility({ ...loaded, programme }, options);
  };
  const [none, grpo] = [await studied("none"), await studied("grpo")];
  const flop = ({ aiAct }: Study): number => (isRefusal(aiAct.plannedFlop) ? Number.NaN : aiAct.plannedFlop.p50);
  expect(flop(grpo)).toBeGreaterThan(2 * flop(none));
  const book = new Map(grpo.figures.map((figure) => [figure.id, figure]));
  expect(book.get("aiact.plannedFlop")!.inputs).toContain("run.tokensAllRuns");
  expect(book.get("run.tokensAllRuns")!.inputs).toContain("run.reward.tokens");
  expect(grpo.figures.flatMap(({ inputs }) => inputs).filter((id) => !book.has(id))).toEqual([]);
});

describe("what the study finds in the fixture", () => {
  test("rows are conserved: 44 read, 42 valid, two of them duplicates", async () => {
    const [train] = (await studyOfFixture()).datasets;
    expect(train).toMatchObject({ path: "data/train.jsonl", rows: 44, validRows: 42, duplicateRows: 2 });
  });

  test("the hours of the programme are used, and ours are shown next to them", async () => {
    const { training } = await studyOfFixture();
    expect(training.hoursPerRun).toMatchObject({ p10: 3, p50: 3, p90: 3 });
    expect(training.gpuHours).toMatchObject({ p50: 24 });
    expect(training.modelledHoursPerRun).not.toMatchObject({ p50: 3 });
  });

  test("generated rows do not outweigh the mean tokens that the programme states", async () => {
    const { training } = await studyOfFixture();
    expect(training.tokensPerRun).toBe(6000 * 700 * 3);
  });

  test("rights that are not stated are a high risk, and so a condition", async () => {
    const { risks, verdict, conditions } = await studyOfFixture();
    expect(risks.find(({ id }) => id === "duties.rights")).toMatchObject({ severity: "high" });
    expect(verdict).toBe("go-if");
    expect(conditions.join(" ")).toContain("data/eval.csv");
  });

  test("stated lines that do not sum to the stated total are found", async () => {
    const { reconciliation, risks } = await studyOfFixture();
    expect(reconciliation).toMatchObject({ addsUp: false, sumOfLinesUsd: "59060.00", statedTotalUsd: "60000.00" });
    expect(risks.map(({ id }) => id)).toContain("money.quote");
  });

  test("risks have distinct ids in one table, and stand worst first", async () => {
    const ids = RISK_RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const order = (await studyOfFixture()).risks.map(({ severity }) => ["high", "medium", "low"].indexOf(severity));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});
