import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { ServePlan } from "../../domain/serve-plan.ts";
import { ServeSpec } from "../../domain/serve-spec.ts";
import type { MeasuredServing } from "../../plan/serve-plan/measured-capacity.ts";
import type { SizingRequest } from "../../plan/serve-plan/size-serving.ts";
import type { RequestFields } from "../../plan/serve-plan/traffic-load.ts";
import { defineCommand } from "../command.ts";
import type { Io } from "../io.ts";
import { DIR_FLAG, PRICE_FLAGS, priceLookUp } from "../run-flags.ts";

const Options = z.strictObject({
  ...DIR_FLAG,
  ...ServeSpec.shape,
  model: ServeSpec.shape.model.optional(),
  ...PRICE_FLAGS,
  traffic: z
    .string()
    .min(1)
    .optional()
    .describe("A month of traffic in JSON, as plan traffic writes it: its rate, peak, lengths and cached share"),
  lengthsOf: z
    .string()
    .min(1)
    .optional()
    .describe("Dataset file whose answers, each with what stands before it, are taken as long as the requests"),
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Counts that dataset's tokens: tokenizer.json, o200k_base, cl100k_base or characters; o200k_base if left out",
    ),
  measured: z
    .string()
    .min(1)
    .optional()
    .describe("Result of tunewright loadtest --json of one replica: its capacity takes the place of the estimate"),
  html: z.string().min(1).optional().describe("Write a page with charts of latency, cost and memory to this file"),
});
type Flags = z.output<typeof Options>;

/** `tunewright plan serve`: what serving a model takes and what a million tokens cost. */
export default defineCommand({
  description:
    "Plan the serving of a model: memory, time to first token and per token, capacity at saturation and within an SLO, replicas for the peak, utilisation, GPU-hours a month, and US dollars per million tokens as the load moves; each as a range.",
  args: ["dir"],
  options: Options,
  output: ServePlan,
  examples: [
    "plan serve --model Qwen/Qwen2.5-7B-Instruct --rate 5 --input-tokens 1200 --output-tokens 250",
    "plan serve --model meta-llama/Llama-3.3-70B-Instruct --weights fp8 --tensor-parallel 4 --rate 2 --html serving.html",
    "plan serve --model meta-llama/Llama-3.1-8B-Instruct --concurrency 64 --slo-ttft-ms 500 --slo-tpot-ms 30",
    "plan serve --model meta-llama/Llama-3.1-8B-Instruct --rate 20 --measured loadtest.json",
    "plan serve my-programme --input-tokens 1500 --output-tokens 250",
  ],
  run: async (io, flags, given) => {
    const { allGpus } = await import("../../catalog/gpus.ts");
    const { planServe } = await import("../../plan/serve-plan/plan-serve.ts");
    const { serveText } = await import("../../plan/serve-plan/serve-text.ts");
    const { notes, ...serving } =
      flags.dir === undefined ? await fromFlags(io, flags, given) : await fromProgramme(io, flags, given);
    const measured = flags.measured === undefined ? serving.measured : await readMeasured(io, flags.measured);
    const gpus = allGpus().filter(({ consumer }) => !consumer);
    const plan = planServe({ ...serving, gpus, measured });
    for (const note of notes) io.note(note);
    if (flags.html !== undefined) await writePage(io, flags.html, plan);
    const { requestsPerSec } = plan.capacityAtSlo;
    return {
      json: plan,
      text: () => serveText(plan),
      next: commandLine(loadTestWords(plan)),
      ...(isRefusal(requestsPerSec) ? { failed: requestsPerSec.refused } : {}),
    };
  },
});

type Found = SizingRequest & { notes: string[] };

/** The spec of the flags, with the model and the GPU that they name. */
async function fromFlags(io: Io, flags: Flags, given: ReadonlySet<string>): Promise<Found> {
  const { findGpu } = await import("../../catalog/gpus.ts");
  if (flags.model === undefined)
    throw new Failure("bad_input", "--model is required", { hint: "name a model, or give a programme folder" });
  const shape = await shapeOf(io, flags.model);
  const gpu = findGpu(flags.gpu);
  const requests = await requestsOf(io, flags);
  const spec = ServeSpec.parse({
    ...requests.fields,
    ...givenFields(flags, given),
    model: shape.id,
    gpu: gpu.id,
  });
  const { priceOf } = await priceLookUp(io, flags);
  const notes = [...requests.notes, ...assumedLengths(new Set([...given, ...Object.keys(requests.fields)]))];
  return { spec, shape, gpu, usdPerGpuHour: priceOf(gpu.id), notes };
}

/** The serving of a programme folder, flags beside it in the place of its own values. */
async function fromProgramme(io: Io, flags: Flags, given: ReadonlySet<string>): Promise<Found> {
  const { isoDay } = await import("../../base/clock.ts");
  const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
  const { readProgramme } = await import("../../programme/reading/read-programme.ts");
  const { programmeServing } = await import("../../programme/serving/serve-programme.ts");
  const on = flags.on ?? isoDay(io.now());
  const loaded = await readProgramme(resolve(io.cwd, flags.dir!), on);
  const requests = await requestsOf(io, flags);
  const { usdPerGpuHour } = flags;
  const found = await programmeServing(loaded, {
    on,
    given: { ...requests.fields, ...givenFields(flags, given) },
    shape: flags.model === undefined ? undefined : await shapeOf(io, flags.model),
    price: {
      usdPerGpuHour,
      term: given.has("term") ? flags.term : undefined,
      sellerClass: given.has("sellerClass") ? flags.sellerClass : undefined,
    },
    hubCache: hubCacheOf(io.env),
  });
  return { ...found, notes: [...requests.notes, ...found.notes] };
}

async function shapeOf(io: Io, name: string): Promise<ModelShape> {
  const { resolveModel } = await import("../../catalog/resolve-model.ts");
  const { isoDay } = await import("../../base/clock.ts");
  const { shape, notUnderstood } = await resolveModel(name, io.cwd, isoDay(io.now()));
  for (const each of notUnderstood) io.note(`warning: not understood in the configuration: ${each}`);
  return shape;
}

/** Fields of the spec that stood on the command line. */
function givenFields(flags: Flags, given: ReadonlySet<string>): Record<string, unknown> {
  const fields = Object.entries(flags).filter(([field]) => field in ServeSpec.shape && given.has(field));
  return Object.fromEntries(fields);
}

/** Requests as files have them: a month of traffic, and the lengths of a dataset's answers. */
async function requestsOf(io: Io, flags: Flags): Promise<{ fields: RequestFields; notes: string[] }> {
  const { trafficLoad } = await import("../../plan/serve-plan/traffic-load.ts");
  const { readTrafficFile } = await import("../../programme/traffic/traffic-file.ts");
  const { traffic: file, lengthsOf: dataset, tokenizer } = flags;
  const traffic =
    file === undefined ? { fields: {}, notes: [] } : trafficLoad(await readTrafficFile(resolve(io.cwd, file), file));
  if (dataset === undefined) return traffic;
  const { requestLengths } = await import("../../curate/tokens/request-lengths.ts");
  const { isNamedCounter } = await import("../../curate/tokens/token-counter.ts");
  const counter = tokenizer === undefined || isNamedCounter(tokenizer) ? tokenizer : resolve(io.cwd, tokenizer);
  const lengths = await requestLengths(resolve(io.cwd, dataset), { tokenizer: counter, shown: dataset });
  const { input, output, requests, rows, rowsWithout, countedBy } = lengths;
  const without = rowsWithout === 0 ? "" : `; ${rowsWithout} of ${rows} rows have none`;
  return {
    fields: {
      ...traffic.fields,
      inputTokens: input.mean,
      inputCv: input.cv,
      outputTokens: output.mean,
      outputCv: output.cv,
    },
    notes: [...traffic.notes, `lengths of ${requests} answers of ${dataset}, counted by ${countedBy}${without}`],
  };
}

async function readMeasured(io: Io, file: string): Promise<MeasuredServing> {
  const { readText } = await import("../../base/read-text.ts");
  const { readLoadTest } = await import("../../plan/serve-check/read-load-test.ts");
  return { file, result: readLoadTest(await readText(resolve(io.cwd, file), { shown: file }), file) };
}

/** Which lengths were assumed: cost and latency follow from them more than from anything else. */
function assumedLengths(known: ReadonlySet<string>): string[] {
  const { inputTokens, outputTokens } = ServeSpec.parse({ model: "any" });
  const assumed = [
    known.has("inputTokens") ? undefined : `--input-tokens ${inputTokens}`,
    known.has("outputTokens") ? undefined : `--output-tokens ${outputTokens}`,
  ].filter((each) => each !== undefined);
  return assumed.length === 0 ? [] : [`assumed, since not given: ${assumed.join(" ")}`];
}

/** The load test that would measure what was estimated: the same requests under the same SLO. */
function loadTestWords({ spec, capacityAtSlo, memory }: ServePlan): string[] {
  const { requestsPerSec: most } = capacityAtSlo;
  const from = isRefusal(most) ? 1 : Number((most.p10 / 2).toPrecision(2));
  const lengths: [flag: string, value: number][] = [
    ["--input-tokens", Math.round(spec.inputTokens)],
    ["--input-cv", Number(spec.inputCv.toFixed(2))],
    ["--output-tokens", Math.round(spec.outputTokens)],
    ["--output-cv", Number(spec.outputCv.toFixed(2))],
    ["--gpu-count", memory.gpus],
  ];
  const slo = `ttft=${spec.sloTtftMs},tpot=${spec.sloTpotMs}`;
  const attainment = String(Number(spec.sloPercentile.slice(1)) / 100);
  const search = ["--find-capacity", "--slo", slo, "--attainment", attainment, "--rate", String(from)];
  const words = lengths.flatMap(([flag, value]) => [flag, String(value)]);
  return ["loadtest", "http://localhost:8000", ...search, ...words, "--gpu", spec.gpu];
}

async function writePage(io: Io, file: string, plan: ServePlan): Promise<void> {
  const { atomicWrite } = await import("../../base/atomic-write.ts");
  const { isoDay } = await import("../../base/clock.ts");
  const { servePage } = await import("../../plan/serve-plan/serve-page.ts");
  await atomicWrite(resolve(io.cwd, file), servePage(plan, { day: isoDay(io.now()) }));
  io.note(`wrote ${file}`);
}
