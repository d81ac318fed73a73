import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { Comparison } from "../../domain/comparison.ts";
import type { Estimate, Quantity } from "../../domain/estimate.ts";
import { ServeSpec } from "../../domain/serve-spec.ts";
import { PositiveMoney } from "../../domain/source.ts";
import { Traffic } from "../../domain/traffic.ts";
import type { TuningCost } from "../../plan/compare/compare.ts";
import type { MeasuredServing } from "../../plan/serve-plan/measured-capacity.ts";
import type { Serving } from "../../plan/serve-plan/serving.ts";
import type { ComparisonAsked } from "../../programme/serving/compare-serving.ts";
import type { LoadedProgramme } from "../../programme/reading/read-programme.ts";
import { defineCommand } from "../command.ts";
import type { Io } from "../io.ts";
import { DIR_FLAG, PRICE_FLAGS, priceLookUp } from "../run-flags.ts";

const { rate: _rate, concurrency: _concurrency, replicas: _replicas, prefixHitShare: _hits, ...SPEC } = ServeSpec.shape;
const { term: _term, ...PRICE } = PRICE_FLAGS;
const Share = z.number().min(0).max(1);

const Options = z.strictObject({
  ...DIR_FLAG,
  traffic: z
    .string()
    .min(1)
    .optional()
    .describe("A month of traffic, as plan traffic writes it, or two fields by hand"),
  inputTokensPerMonth: Traffic.shape.inputTokensPerMonth.optional(),
  outputTokensPerMonth: Traffic.shape.outputTokensPerMonth.optional(),
  cachedInputShare: Traffic.shape.cachedInputShare,
  batchShare: Traffic.shape.batchShare,
  growthPerMonth: Traffic.shape.growthPerMonth,
  api: z
    .array(z.string().min(1))
    .optional()
    .describe(
      "API models to compare with, as in openai/gpt-4o-mini, given again or joined by commas; savings are counted against the first. today.api of the folder, or three usual ones, where left out",
    ),
  tokenizerRatio: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Tokens that the served model makes of one token of the traffic, a number or a range as in 0.9-1.2. As the traffic says where left out, else a published range for OpenAI's tokenizers",
    ),
  serverlessLora: z.string().min(1).optional().describe("Row of the API prices that hosts your adapter by the token"),
  endpointUsdPerGpuHour: PositiveMoney.optional().describe("Price of a dedicated endpoint per GPU-hour"),
  reservedUsdPerGpuHour: PositiveMoney.optional().describe(
    "Price of reserved GPUs per GPU-hour; the price book where left out",
  ),
  serverlessUsdPerGpuHour: PositiveMoney.optional().describe(
    "Price per GPU-hour of replicas that scale to zero; that on demand where left out",
  ),
  hostingUsdPerHour: PositiveMoney.optional().describe("Fee per hour for keeping a tuned API model deployed"),
  idleSeconds: z.number().min(0).max(86_400).default(300).describe("Seconds without a request until a replica stops"),
  investmentUsd: PositiveMoney.optional().describe("Cost to launch the tuned model; that of the folder where left out"),
  upkeepUsdPerMonth: PositiveMoney.optional().describe("Its upkeep per month; that of the folder where left out"),
  engineerHoursPerMonth: z
    .number()
    .min(0)
    .max(10_000)
    .optional()
    .describe("Hours a month for keeping up your own replicas; an assumption where left out"),
  engineerUsdPerHour: PositiveMoney.optional().describe("Rate of an engineer; an assumption where left out"),
  qualityParity: Share.gt(0)
    .default(1)
    .describe("Share of the requests that the tuned model answers as well; the baseline is paid for the rest"),
  priceDropPerYear: Share.lt(1).default(0).describe("How much API prices fall per year"),
  discountPerYear: Share.default(0.08).describe("Discount rate per year of the net present value"),
  ...SPEC,
  model: ServeSpec.shape.model.optional(),
  ...PRICE,
  measured: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Result of tunewright loadtest --json of one replica: its capacity takes the place of the estimate. serving.loadTest of the folder where left out",
    ),
  draws: z.int().min(100).max(20_000).default(2000).describe("Monte Carlo draws"),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of the draws"),
  html: z.string().min(1).optional().describe("Write a page with the chart over volume to this file"),
});
type Flags = z.output<typeof Options>;

/** What the comparison is of: from flags, or from a folder. */
type Found = {
  serving: Serving;
  usdPerGpuHour: Quantity;
  /** Load test that the folder names. */
  loadTest?: MeasuredServing | undefined;
  asked: Pick<
    ComparisonAsked,
    "traffic" | "engineerUsdPerHour" | "gpuPrices" | "apiPrices" | "today" | "tuning" | "assumption" | "warnings"
  >;
};

/** `tunewright plan compare`: ways to serve the same traffic, side by side. */
export default defineCommand({
  description:
    "Compare ways to serve the same traffic: APIs and their fine-tunes, hosts of open weights, adapters by the token, endpoints and GPUs by the hour, on demand, reserved and scaled to zero. Cost and idle capacity of each, from which volume one beats another, which wins when, and what each is worth over two years.",
  args: ["dir"],
  options: Options,
  output: Comparison,
  examples: [
    "plan compare --model meta-llama/Llama-3.1-8B-Instruct --input-tokens-per-month 3e9 --output-tokens-per-month 6e8",
    "plan compare --model mistralai/Mistral-Nemo-Instruct-2407 --traffic traffic.json --api openai/gpt-4o --html compare.html",
    "plan compare --model Qwen/Qwen3-14B --traffic traffic.json --measured loadtest.json --investment-usd 60000",
    "plan compare my-programme --html compare.html",
  ],
  run: async (io, flags, given) => {
    const { isoDay } = await import("../../base/clock.ts");
    const { compareServing } = await import("../../programme/serving/compare-serving.ts");
    const { compareText } = await import("../../plan/compare/compare-text.ts");
    const on = flags.on ?? isoDay(io.now());
    const { serving, usdPerGpuHour, loadTest, asked } =
      flags.dir === undefined
        ? await fromFlags(io, flags, { given, on })
        : await fromProgramme(io, flags, { given, on });
    const measured = flags.measured === undefined ? loadTest : await readMeasured(io, flags.measured);
    const changed = trafficFields(flags, given);
    const hits =
      changed.cachedInputShare === undefined ? {} : { prefixHitShare: Math.min(0.999, changed.cachedInputShare) };
    const { checkQuarantined, readApiPriceBook } = await import("../../programme/prices/api-price-book.ts");
    const { statedTokenRatio } = await import("../../programme/traffic/token-ratio.ts");
    const ratio =
      flags.tokenizerRatio === undefined
        ? {}
        : { ownTokensPerToken: statedTokenRatio(flags.tokenizerRatio, "--tokenizer-ratio") };
    const apis = (flags.api ?? [])
      .flatMap((names) => names.split(",").map((name) => name.trim()))
      .filter((name) => name !== "");
    const book = await readApiPriceBook(resolve(io.cwd, flags.dir ?? "."));
    for (const name of apis) checkQuarantined(name, book);
    const comparison = compareServing(
      { serving: { ...serving, spec: { ...serving.spec, ...hits } }, usdPerGpuHour },
      {
        ...asked,
        traffic: { ...asked.traffic, ...changed, ...ratio },
        on,
        apis,
        serverlessLora: flags.serverlessLora,
        sellerClass: flags.sellerClass,
        usdPerGpuHour: {
          reserved: flags.reservedUsdPerGpuHour,
          endpoint: flags.endpointUsdPerGpuHour,
          serverless: flags.serverlessUsdPerGpuHour,
        },
        hostingUsdPerHour: flags.hostingUsdPerHour,
        engineerHoursPerMonth: flags.engineerHoursPerMonth,
        idleSeconds: flags.idleSeconds,
        terms: {
          discountPerYear: flags.discountPerYear,
          priceDropPerYear: flags.priceDropPerYear,
          qualityParity: flags.qualityParity,
        },
        measured,
        seed: flags.seed,
        draws: flags.draws,
      },
    );
    if (flags.html !== undefined) await writePage(io, flags.html, comparison);
    return {
      json: comparison,
      text: () => compareText(comparison),
      next: commandLine(
        comparison.measured === null
          ? ["plan", "serve", ...(flags.dir === undefined ? ["--model", comparison.model] : [flags.dir])]
          : flags.dir === undefined
            ? ["plan", "compare", "--help"]
            : ["plan", "payback", flags.dir],
      ),
    };
  },
});

/** Where a programme names no API whose tokens its month was counted in. */
const ONE_TOKEN: Estimate = {
  p10: 1,
  p50: 1,
  p90: 1,
  unit: "tokens per token",
  basis: "counted alike: the programme names no API whose tokenizer is known",
  n: 0,
  sources: [],
};

type Reading = { given: ReadonlySet<string>; on: string };

async function fromFlags(io: Io, flags: Flags, { given, on }: Reading): Promise<Found> {
  const { assumptionsWith } = await import("../../catalog/assumptions.ts");
  const { findGpu } = await import("../../catalog/gpus.ts");
  const { resolveModel } = await import("../../catalog/resolve-model.ts");
  const { readApiPriceBook } = await import("../../programme/prices/api-price-book.ts");
  const { readPriceBook } = await import("../../programme/prices/price-book.ts");
  const { smallestSplit } = await import("../../plan/serve-plan/what-fits.ts");
  if (flags.model === undefined)
    throw new Failure("bad_input", "--model is required", { hint: "name a model, or give a programme folder" });
  const { shape, notUnderstood } = await resolveModel(flags.model, io.cwd, on);
  for (const each of notUnderstood) io.note(`warning: not understood in the configuration: ${each}`);
  const gpu = findGpu(flags.gpu);
  const { traffic, fields, notes } = await requestsOf(io, flags, given);
  const asked = ServeSpec.parse({ ...specFields(flags), ...fields, model: shape.id, gpu: gpu.id });
  const tensorParallel = given.has("tensorParallel")
    ? asked.tensorParallel
    : smallestSplit({ spec: asked, shape, gpu });
  const { priceOf } = await priceLookUp(io, { ...flags, term: "on-demand" });
  return {
    serving: { spec: { ...asked, tensorParallel }, shape, gpu },
    usdPerGpuHour: priceOf(gpu.id),
    asked: {
      traffic,
      engineerUsdPerHour: flags.engineerUsdPerHour,
      gpuPrices: (await readPriceBook(io.cwd)).prices,
      apiPrices: (await readApiPriceBook(io.cwd)).prices,
      today: undefined,
      tuning: statedTuning(flags, undefined),
      assumption: assumptionsWith(),
      warnings: notes,
    },
  };
}

async function fromProgramme(io: Io, flags: Flags, { given, on }: Reading): Promise<Found> {
  const { assumptionsWith } = await import("../../catalog/assumptions.ts");
  const { resolveModel } = await import("../../catalog/resolve-model.ts");
  const { trafficOf } = await import("../../programme/serving/compare-programme.ts");
  const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
  const { readProgramme } = await import("../../programme/reading/read-programme.ts");
  const { programmeServing } = await import("../../programme/serving/serve-programme.ts");
  const { tuningCosts } = await import("../../programme/cost/tuning-costs.ts");
  const hubCache = hubCacheOf(io.env);
  const loaded: LoadedProgramme = await readProgramme(resolve(io.cwd, flags.dir!), on);
  const named = flags.traffic !== undefined || flags.outputTokensPerMonth !== undefined;
  const requests = named ? await requestsOf(io, flags, given) : { traffic: trafficOf(loaded), fields: {}, notes: [] };
  const spec = Object.fromEntries(Object.entries(specFields(flags)).filter(([field]) => given.has(field)));
  const found = await programmeServing(loaded, {
    on,
    given: { ...spec, ...requests.fields },
    shape: flags.model === undefined ? undefined : (await resolveModel(flags.model, io.cwd, on)).shape,
    price: {
      usdPerGpuHour: flags.usdPerGpuHour,
      sellerClass: given.has("sellerClass") ? flags.sellerClass : undefined,
    },
    hubCache,
  });
  const { usdPerGpuHour, notes, measured: loadTest, ownTokensPerToken = ONE_TOKEN, ...serving } = found;
  const { today, team } = loaded.programme;
  const isOther = flags.model !== undefined || given.has("gpu");
  const isStated = flags.investmentUsd !== undefined && flags.upkeepUsdPerMonth !== undefined;
  const tuning = isStated
    ? undefined
    : await tuningCosts(loaded, { on, hubCache, seed: flags.seed, draws: flags.draws, onStep: io.progress });
  return {
    serving,
    usdPerGpuHour,
    loadTest,
    asked: {
      traffic: named ? requests.traffic : { ...requests.traffic, ownTokensPerToken },
      engineerUsdPerHour: flags.engineerUsdPerHour ?? team.engineerUsdPerHour,
      gpuPrices: loaded.prices,
      apiPrices: loaded.apiPrices,
      today: today.api,
      tuning: statedTuning(flags, tuning),
      assumption: assumptionsWith(loaded.programme.assumptions),
      warnings: [
        ...requests.notes,
        ...notes,
        ...(isOther && loaded.programme.serving.loadTest !== undefined
          ? ["serving.loadTest is not used: it is of the programme's own model and GPU"]
          : []),
      ],
    },
  };
}

/** What flags say of the month beside a file or a folder: it takes the place of what that says. */
function trafficFields(flags: Flags, given: ReadonlySet<string>): Partial<Traffic> {
  const fields = ["cachedInputShare", "batchShare", "growthPerMonth", "peakOverMean"] as const;
  return Object.fromEntries(fields.filter((field) => given.has(field)).map((field) => [field, flags[field]]));
}

/** Fields of the spec among the flags. */
function specFields(flags: Flags): Record<string, unknown> {
  return Object.fromEntries(Object.entries(flags).filter(([field]) => field in SPEC));
}

/** The month of traffic of the flags, and its requests: where nobody says how many there are, answers have the length of the flag. */
async function requestsOf(
  io: Io,
  flags: Flags,
  given: ReadonlySet<string>,
): Promise<{ traffic: Traffic; fields: Record<string, unknown>; notes: string[] }> {
  const { trafficLoad } = await import("../../plan/serve-plan/traffic-load.ts");
  const { readTrafficFile } = await import("../../programme/traffic/traffic-file.ts");
  const traffic =
    flags.traffic === undefined
      ? statedTraffic(flags)
      : await readTrafficFile(resolve(io.cwd, flags.traffic), flags.traffic);
  const { rate: _, ...fields } = trafficLoad(traffic).fields;
  if (fields.outputTokens !== undefined && fields.inputTokens !== undefined)
    return { traffic, fields, notes: trafficLoad(traffic).notes };
  const inputTokens = Math.max(1, (flags.outputTokens * traffic.inputTokensPerMonth) / traffic.outputTokensPerMonth);
  const assumed = given.has("outputTokens")
    ? []
    : [`answers of ${flags.outputTokens} tokens are assumed (--output-tokens)`];
  return {
    traffic,
    fields: { ...fields, outputTokens: flags.outputTokens, inputTokens },
    notes: [...trafficLoad(traffic).notes, ...assumed],
  };
}

function statedTraffic(flags: Flags): Traffic {
  const { inputTokensPerMonth, outputTokensPerMonth, cachedInputShare, batchShare, growthPerMonth, peakOverMean } =
    flags;
  if (outputTokensPerMonth === 0)
    throw new Failure("bad_input", "--output-tokens-per-month is 0: expected more, since options are costed by it", {
      hint: "give the tokens that answers have in a month, as 6e8",
    });
  if (inputTokensPerMonth === undefined || outputTokensPerMonth === undefined) {
    const flag = inputTokensPerMonth === undefined ? "--input-tokens-per-month" : "--output-tokens-per-month";
    throw new Failure("bad_input", `${flag} is required: every option is costed on the same traffic`, {
      hint: "or give a month of traffic: --traffic FILE, which tunewright plan traffic makes of an export of usage",
    });
  }
  const source = { kind: "user", ref: "the command line" } as const;
  return Traffic.parse({
    inputTokensPerMonth,
    outputTokensPerMonth,
    cachedInputShare,
    batchShare,
    growthPerMonth,
    peakOverMean,
    source,
  });
}

/** What a tuned model costs beside serving: as the flags state it, else as the folder does. */
function statedTuning(flags: Flags, found: TuningCost | undefined): TuningCost {
  const { investmentUsd, upkeepUsdPerMonth, draws } = flags;
  const of = (usd: string | undefined, flag: string, field: "investment" | "upkeep"): Quantity =>
    usd === undefined
      ? (found?.[field] ?? {
          refused: `the ${field === "investment" ? "cost to launch" : "upkeep of"} a tuned model is not known`,
          hint: `give ${flag}, or a programme folder`,
        })
      : { p10: Number(usd), p50: Number(usd), p90: Number(usd), unit: "USD", basis: "stated", n: 0, sources: [flag] };
  const drawn = (usd: string | undefined, values: Float64Array | undefined): Float64Array | undefined =>
    usd === undefined ? values : new Float64Array(draws).fill(Number(usd));
  return {
    investment: of(investmentUsd, "--investment-usd", "investment"),
    upkeep: of(upkeepUsdPerMonth, "--upkeep-usd-per-month", "upkeep"),
    investmentDraws: drawn(investmentUsd, found?.investmentDraws),
    upkeepDraws: drawn(upkeepUsdPerMonth, found?.upkeepDraws),
  };
}

async function readMeasured(io: Io, file: string): Promise<MeasuredServing> {
  const { readText } = await import("../../base/read-text.ts");
  const { readLoadTest } = await import("../../plan/serve-check/read-load-test.ts");
  return { file, result: readLoadTest(await readText(resolve(io.cwd, file), { shown: file }), file) };
}

async function writePage(io: Io, file: string, comparison: Comparison): Promise<void> {
  const { atomicWrite } = await import("../../base/atomic-write.ts");
  const { comparePage } = await import("../../plan/compare/compare-page.ts");
  await atomicWrite(resolve(io.cwd, file), comparePage(comparison));
  io.note(`wrote ${file}`);
}
