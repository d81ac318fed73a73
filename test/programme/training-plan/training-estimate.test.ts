import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Estimate, isRefusal } from "../../../src/domain/estimate.ts";
import type { Figure } from "../../../src/domain/figure.ts";
import { costsOf } from "../../../src/programme/cost/programme-costs.ts";
import { methodEstimates, methodFacts } from "../../../src/programme/method/method-estimates.ts";
import { programmeMethod } from "../../../src/programme/method/programme-method.ts";
import { type LoadedProgramme, readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { servingSize } from "../../../src/programme/serving/serving-size.ts";
import { trainingEstimate } from "../../../src/programme/training-plan/training-estimate.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { longTest } from "../../long-suite.ts";

const ON = "2026-06-15";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-training-"));
});
afterAll(() => rm(root, { recursive: true }));

let count = 0;
/** A programme with this `training` section and these other lines. */
async function programme(training: string, more = "", base = "Qwen/Qwen2.5-7B"): Promise<LoadedProgramme> {
  count += 1;
  const dir = await mkdtemp(join(root, `p${count}-`));
  await writeFile(
    join(dir, "programme.yaml"),
    `name: A programme
task: { kind: qa, goals: [format] }
model: { base: ${more.includes("config.json") ? "config.json" : base} }
data: { plannedRows: 10000, meanTokens: 500, preferencePairs: 2000 }
training: ${training}
`,
  );
  if (more.includes("config.json")) await writeFile(join(dir, "config.json"), more.slice("config.json".length));
  return readProgramme(dir, ON);
}

describe("the fleet of a programme", () => {
  test("is the cheapest that fits where none is given, of those whose speed more than one source measured", async () => {
    const { fleet, fleets } = await trainingEstimate(await programme("{ method: lora }"), ON);
    const sure = fleets.filter(({ notes }) => notes.every((note) => !note.includes("only one source")));
    expect(sure.length).toBeLessThan(fleets.length);
    const costs = sure.flatMap((each) => (each.fits === "yes" && !isRefusal(each.cost) ? [each.cost.p50] : []));
    expect(fleet).toEqual(fleets[0]);
    expect(!isRefusal(fleet!.cost) && fleet!.cost.p50).toBe(Math.min(...costs));
  });

  longTest(
    "costs what the programme's lines of one run say: its steps, and what it takes in addition to them",
    async () => {
      for (const training of ["{ method: lora, runs: 1, epochs: 1 }", "{ method: lora, runs: 1, term: spot }"]) {
        const loaded = await programme(training);
        const estimate = await trainingEstimate(loaded, ON);
        const { size } = await servingSize(loaded, { shape: estimate.shape, on: ON });
        const { cost } = costsOf(loaded, estimate, { on: ON, draws: 10_000, size });
        const line = (id: string): number => cost.lines.find((each) => each.id === id)!.cost!.p50;
        const whole = line("cost.training.final") + line("cost.training.overhead");
        const { cost: ofFleet, gpuCount } = estimate.fleet!;
        expect(estimate.spec.gpuCount).toBe(gpuCount);
        expect(!isRefusal(ofFleet) && ofFleet.p50 / whole).toBeGreaterThan(0.9);
        expect(!isRefusal(ofFleet) && ofFleet.p50 / whole).toBeLessThan(1.1);
      }
    },
  );

  test("is one GPU for a small job: the start of every GPU is paid for", async () => {
    const { spec } = await trainingEstimate(await programme("{ method: lora, gpu: H100-80GB-SXM, epochs: 1 }"), ON);
    expect(spec.gpuCount).toBe(1);
  });

  test("is found also where nobody prices its GPU, whose cost is then unknown", async () => {
    const { fleet } = await trainingEstimate(
      await programme("{ method: full-sft, gpu: RTX-4090, term: reserved }"),
      ON,
    );
    expect(fleet!.gpuCount).toBeGreaterThan(4); // 8 bytes and more of 7.6e9 parameters, on cards of 24 GiB
    expect(fleet).toMatchObject({ fits: "yes", gpu: "RTX-4090", cost: { refused: expect.any(String) as string } });
  });

  test("holds a run whose micro-batch is too large by a smaller one, at the same batch per optimizer step", async () => {
    const training = "{ method: qlora, gpu: RTX-4090, gpuCount: 2, batchSequences: 8 }";
    const { fleet, spec, memory } = await trainingEstimate(await programme(training), ON);
    expect(fleet!.fits).toBe("yes");
    expect(spec.batchSequences).toBeLessThan(8);
    expect(spec.batchSequences * spec.gradAccum).toBe(8);
    expect(memory.device).toEqual(fleet!.memory);
    expect(fleet).toMatchObject({ batchSequences: spec.batchSequences, gradAccum: spec.gradAccum });
  });

  test("is the user's where GPU and count are given, also where another would be cheaper", async () => {
    const { fleet, spec, facts } = await trainingEstimate(
      await programme("{ method: lora, gpu: b200, gpuCount: 8 }"),
      ON,
    );
    expect(fleet).toMatchObject({ gpu: "B200", gpuCount: 8 });
    expect(spec).toMatchObject({ gpu: "B200", gpuCount: 8 });
    expect(facts.figures.map(({ id }) => id)).toContain("user.training.gpuCount");
  });

  test("is the user's also where it does not hold the run, which is then said", async () => {
    const { fleet } = await trainingEstimate(await programme("{ method: full-sft, gpu: L4, gpuCount: 1 }"), ON);
    expect(fleet).toMatchObject({ gpu: "L4", gpuCount: 1, fits: "no" });
  });

  test("costs the user's price where one is given, else that of the price book on the day", async () => {
    const own = await trainingEstimate(await programme('{ gpu: H100-80GB-SXM, gpuUsdPerHour: "1.71" }'), ON);
    expect(own.usdPerGpuHour).toMatchObject({ p10: 1.71, p50: 1.71, p90: 1.71 });
    expect(own.figures.find(({ id }) => id === "run.usdPerGpuHour")?.inputs).toEqual(["user.training.gpuUsdPerHour"]);
    const listed = await trainingEstimate(await programme("{ gpu: H100-80GB-SXM }"), ON);
    const figure = listed.figures.find(({ id }) => id === "price.H100-80GB-SXM.on-demand.neocloud");
    expect(figure?.source).toMatchObject({ kind: "catalogue", asOf: ON });
    expect(listed.usdPerGpuHour).toMatchObject({ p50: figure?.p50 });
  });
});

describe("the hours of a run", () => {
  test("are the user's where given, with ours next to them", async () => {
    const stated = await trainingEstimate(await programme("{ gpu: H100-80GB-SXM, gpuCount: 2, hoursPerRun: 5 }"), ON);
    const ours = await trainingEstimate(await programme("{ gpu: H100-80GB-SXM, gpuCount: 2 }"), ON);
    expect(stated.hoursPerRun).toMatchObject({ p10: 5, p90: 5 });
    expect(stated.gpuHoursPerRun).toMatchObject({ p10: 10, p90: 10 });
    expect(stated.modelledHoursPerRun).toEqual(ours.hoursPerRun);
    expect(stated.facts.modelledGpuHoursPerRun).toEqual(ours.gpuHoursPerRun);
    expect(ours.facts.modelledGpuHoursPerRun).toBeUndefined();
  });

  test("cost hours × GPUs × price, to the cent where all three are stated", async () => {
    const { costPerRun } = await trainingEstimate(
      await programme('{ gpu: H100-80GB-SXM, gpuCount: 8, hoursPerRun: 6, gpuUsdPerHour: "1.71" }'),
      ON,
    );
    expect(!isRefusal(costPerRun) && costPerRun.p50).toBeCloseTo(8 * 6 * 1.71, 9);
  });
});

describe("a pass over rewards", () => {
  const figureOf = ({ figures }: { figures: readonly Figure[] }, id: string): Figure | undefined =>
    figures.find((figure) => figure.id === id);

  test("trains on what it samples: its chain ends at the group size and the length of an answer", async () => {
    const { facts, figures, rewardTokens } = await trainingEstimate(
      await programme("{ gpu: H100-80GB-SXM, preferencePass: grpo, epochs: 1 }"),
      ON,
    );
    expect(rewardTokens).toMatchObject({ unit: "tokens" });
    expect(figureOf({ figures }, "run.reward.tokens")?.inputs).toEqual(
      expect.arrayContaining([
        "user.data.plannedRows",
        "assumption.grpo.group-size",
        "assumption.grpo.completion.tokens",
      ]),
    );
    const [pass, run] = [facts.rewardGpuHours!, facts.gpuHoursPerRun];
    // 10,000 prompts of 500 tokens, about 11 answers of 1,000 tokens, each token 1.5 to 8 times as long: NeMo-RL took 5.4 to
    // 7.9 times the time of its tuned supervised training.
    const perToken = isRefusal(pass) || isRefusal(run) ? 0 : pass.p50 / run.p50 / ((11.3 * 1500) / 500);
    expect(perToken).toBeGreaterThan(1.5);
    expect(perToken).toBeLessThan(8);
  });

  test("takes the user's figures where they are given, and is not there where none is planned", async () => {
    const stated = await trainingEstimate(
      await programme("{ preferencePass: grpo, epochs: 1, groupSize: 8, completionTokens: 700 }"),
      ON,
    );
    expect(stated.rewardTokens).toMatchObject({ p10: 10_000 * 8 * 1200, p90: 10_000 * 8 * 1200 });
    expect(figureOf(stated, "user.training.groupSize")).toMatchObject({ p50: 8 });
    const none = await trainingEstimate(await programme("{ preferencePass: dpo }"), ON);
    expect(none.rewardTokens).toBeUndefined();
  });

  test("costs the same in the programme as estimated by itself", async () => {
    const loaded = await programme("{ gpu: H100-80GB-SXM, preferencePass: grpo }");
    const training = await trainingEstimate(loaded, ON);
    const { size } = await servingSize(loaded, { shape: training.shape, on: ON });
    const { cost } = costsOf(loaded, training, { on: ON, draws: 1000, size });
    const line = cost.lines.find(({ id }) => id === "cost.training.preference")! as { cost: Estimate | null };
    const figure = figureOf(training, "run.reward.costPerRun")!;
    expect(line.cost!.p50 / figure.p50!).toBeCloseTo(1, 1);
  });
});

describe("mean tokens of a row", () => {
  test("are cut to a sequence, and stand in the chain of the hours", async () => {
    const { volume, figures } = await trainingEstimate(await programme("{ sequenceTokens: 256 }"), ON);
    expect(volume).toMatchObject({ rows: 10_000, meanTokens: 256, epochs: 3 });
    expect(figures.find(({ id }) => id === "run.tokens")?.inputs).toContain("user.data.meanTokens");
  });
});

describe("a model of one's own", () => {
  const config = {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_size: 2048,
    intermediate_size: 5632,
    num_hidden_layers: 22,
    num_attention_heads: 32,
    num_key_value_heads: 4,
    vocab_size: 32_000,
    max_position_embeddings: 2048,
    tie_word_embeddings: false,
    hidden_act: "silu",
  };

  test("is read from a config.json in the folder: 1.1B parameters of TinyLlama", async () => {
    const { shape, fleet } = await trainingEstimate(await programme("{}", `config.json${JSON.stringify(config)}`), ON);
    expect(shape.paramCount / 1e9).toBeCloseTo(1.1, 1);
    expect(fleet?.fits).toBe("yes");
  });

  test("that is not a config is told with the place of model.base", async () => {
    const broken = await programme("{}", "config.json{");
    expect((await catchFailureAsync(() => trainingEstimate(broken, ON))).message).toMatch(
      /^programme\.yaml, line 3, model\.base: config\.json, line 1/,
    );
  });

  test("is refused where a field occurs twice, as by models import", async () => {
    const twice = await programme("{}", `config.json{"hidden_size": 1,\n"hidden_size": 2}`);
    expect((await catchFailureAsync(() => trainingEstimate(twice, ON))).message).toBe(
      "programme.yaml, line 3, model.base: config.json, line 2: duplicate key `hidden_size`",
    );
  });
});

test("a programme on a GPU without bf16 is planned in fp16, and says so", async () => {
  const { spec, memory } = await trainingEstimate(await programme("{ method: qlora, gpu: T4, stack: unsloth }"), ON);
  expect(spec.precision).toBe("fp16");
  expect(memory.warnings.join(" ")).toContain("T4 has no bf16: the run is in fp16");
});

describe("impossible plans", () => {
  test.each([
    ["{ gpu: H1000 }", /line 5, training\.gpu: .*H1000/],
    ["{ loraRank: 9000 }", /line 5, training.loraRank: loraRank 9000 is above/],
  ])("%s gets a sentence that says where and what", async (training, message) => {
    const failure = await catchFailureAsync(async () => trainingEstimate(await programme(training), ON));
    expect(failure.message).toMatch(message);
    expect(failure.hint).toBeDefined();
  });
});

describe("methods side by side", () => {
  longTest("each stands on a fleet that holds it, and what trains nothing costs no run", async () => {
    const { estimateOf, misfits } = await methodEstimates(await programme("{}"), ON);
    expect(misfits).toEqual([]);
    for (const method of ["lora", "qlora", "dora", "full-sft", "dpo"] as const) {
      expect(estimateOf(method).fleet, method).toMatch(/^\d+ × /);
      expect(estimateOf(method).gpuHours, method).toMatchObject({ unit: "GPU-h" });
    }
    expect(estimateOf("rag")).toMatchObject({ fleet: null, cost: { refused: "nothing is trained" } });
    expect(estimateOf("continued-pretraining").cost).toMatchObject({ refused: "there is no corpus to train on" });
  });

  longTest(
    "those that the fleet of the plan does not hold are misfits, with the smallest fleet that does",
    async () => {
      const loaded = await programme("{ gpu: RTX-4090, gpuCount: 2 }", "", "meta-llama/Llama-3.3-70B-Instruct");
      const { choice, method } = await programmeMethod(loaded, { on: ON, datasets: [] });
      for (const each of choice.ranking)
        expect(each.verdict, each.method).toBe(
          ["prompt-only", "rag"].includes(each.method) ? each.verdict : "excluded",
        );
      expect(choice.fineTune).toBe("only-if");
      const room = choice.fineTuneReasons.find(({ rule }) => rule === "gate.no-room")!;
      expect(room.text).toMatch(/Nothing can be trained on 2 × RTX-4090: QLoRA.*the smallest for QLoRA: 1 × /);
      expect(method).toBe("qlora");
    },
  );

  test("a pass is estimated on 4-bit weights where only those fit the fleet of the plan", async () => {
    const training = "{ gpu: A100, gpuCount: 2, batchSequences: 1 }";
    const loaded = await programme(training, "", "meta-llama/Llama-3.3-70B-Instruct");
    const { misfits, estimateOf } = await methodEstimates(loaded, ON);
    expect(misfits.map(({ method }) => method)).toEqual(expect.arrayContaining(["lora", "dora", "full-sft"]));
    expect(misfits.map(({ method }) => method)).not.toContain("dpo");
    expect(estimateOf("dpo").fleet).toBe("2 × A100-80GB-SXM");
  });

  longTest("hours that the user states hold for the method of the plan alone", async () => {
    const stated = await methodEstimates(await programme("{ hoursPerRun: 5000 }"), ON);
    const free = await methodEstimates(await programme("{}"), ON);
    expect(stated.estimateOf("qlora").gpuHours).toEqual(free.estimateOf("qlora").gpuHours);
  });

  test("the facts of the choice are those of the programme, with limits that it may replace", async () => {
    const loaded = await programme("{}");
    const { shape } = await trainingEstimate(loaded, ON);
    const facts = methodFacts(
      { ...loaded.programme, assumptions: { "spend.no-tune-below.usd-per-month": 7000 } },
      shape,
    );
    expect(facts).toMatchObject({ kind: "qa", rows: 10_000, meanTokens: 500, preferencePairs: 2000 });
    expect(facts.limits.tuneFromUsdPerMonth).toBe("7000");
  });
});
