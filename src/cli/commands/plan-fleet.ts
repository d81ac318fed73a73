import { resolve } from "node:path";

import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { formatNumber } from "../../base/units.ts";
import type { Assumption, AssumptionOverride } from "../../domain/assumption.ts";
import { FleetRank, FleetSearch } from "../../domain/fleet-search.ts";
import { LIMITS } from "../../domain/limits.ts";
import { RentalTerm, type SellerClass } from "../../domain/price.ts";
import { RunSpec } from "../../domain/run-spec.ts";
import { PositiveMoney } from "../../domain/source.ts";
import type { FleetRequest } from "../../plan/fleet/fleet-request.ts";
import { defineCommand } from "../command.ts";
import { RUN_FLAG_GROUPS } from "../flag-groups.ts";
import type { Io } from "../io.ts";
import { DIR_FLAG, PRICE_FLAGS, programmeRun, resolveRun, RUN_FLAGS, VOLUME_FLAGS, volumeOf } from "../run-flags.ts";

const { gpu: _gpu, gpuCount: _gpuCount, ...RUN_WITHOUT_FLEET } = RUN_FLAGS;

/** Most GPUs that a search goes up to. */
const MOST_GPUS = 256;

const Options = z.strictObject({
  ...DIR_FLAG,
  ...RUN_WITHOUT_FLEET,
  ...VOLUME_FLAGS,
  ...PRICE_FLAGS,
  term: RentalTerm.optional().describe(
    "Only this term; on demand and spot where left out, and reserved by your own contract",
  ),
  gpu: z.string().min(1).optional().describe("Only this GPU; all of the catalogue where left out"),
  maxGpus: z.int().min(1).max(MOST_GPUS).default(64).describe("Most GPUs of a fleet"),
  rank: FleetRank.default("cost").describe("Order: cheapest first, fastest first, or the cheapest within a deadline"),
  deadlineHours: z.number().positive().max(LIMITS.hours).optional().describe("Wall hours that the p90 must keep"),
  budgetUsd: PositiveMoney.optional().describe("US dollars that the p90 must keep"),
  globalBatch: z
    .int()
    .min(1)
    .max(LIMITS.batchSequences)
    .optional()
    .describe(
      "Sequences of an optimizer step over all GPUs; where left out each GPU has batch-sequences × grad-accum on any number of them",
    ),
  interruptionsPerNodeHour: z
    .number()
    .min(0)
    .max(60)
    .optional()
    .describe("Interruptions of one spot machine per hour, as you see them; the assumption where left out"),
  html: z.string().min(1).optional().describe("Write a page with the chart of hours and cost to this file"),
  all: z.boolean().default(false).describe("Print every option and every rejected fleet with its reason"),
});

type Flags = z.output<typeof Options>;

/** `tunewright plan fleet`: which GPUs could train a run, and how they are best bought and laid out. */
export default defineCommand({
  description:
    "Search GPUs, counts, terms, layouts and micro-batches for a training run: what holds it at p90, hours and cost of each, which are best at both, and why the others are rejected.",
  args: ["dir"],
  options: Options,
  groups: RUN_FLAG_GROUPS,
  output: FleetSearch,
  examples: [
    "plan fleet --model Qwen/Qwen2.5-7B --method lora --rows 14000 --mean-tokens 900",
    "plan fleet my-programme --rank deadline --deadline-hours 12 --html fleets.html",
    "plan fleet --model meta-llama/Llama-3.3-70B-Instruct --method qlora --rows 22000 --mean-tokens 700 --term spot",
  ],
  run: async (io, flags, given) => {
    if (flags.rank === "deadline" && flags.deadlineHours === undefined)
      throw new Failure("bad_input", "--rank deadline needs a deadline", {
        hint: "add --deadline-hours with the wall hours that a run may take",
      });
    const { assumptionsWith } = await import("../../catalog/assumptions.ts");
    const { searchEveryFleet } = await import("../../plan/fleet/search-every-fleet.ts");
    const { fleetSearchText } = await import("../../plan/fleet/fleet-text.ts");
    const { note, assumptions, ...found } =
      flags.dir === undefined ? await fromFlags(io, flags) : await fromProgramme(io, flags, given);
    const request = { ...found, ...(await boundsOf(flags, assumptionsWith(assumptions))) };
    const search = searchEveryFleet(request);
    const { spec } = request;
    const loss = spec.objective === "sft" ? "" : ` ${spec.objective.toUpperCase()}`;
    const title = `${spec.model}, ${spec.method}${loss}`;
    if (flags.html !== undefined) await writePage(io, flags.html, { search, title, stack: spec.stack });
    return {
      json: search,
      text: () => `${title}${note}\n\n${fleetSearchText(search, { stack: spec.stack, all: flags.all })}`,
    };
  },
});

type Bounds =
  | "spot"
  | "assumption"
  | "maxGpus"
  | "globalBatch"
  | "rank"
  | "deadlineHours"
  | "budgetUsd"
  | "listRejected"
  | "listUnpriced";
type Found = Omit<FleetRequest, Bounds> & { note: string; assumptions: Readonly<Record<string, AssumptionOverride>> };

async function boundsOf(flags: Flags, find: (id: string) => Assumption): Promise<Pick<FleetRequest, Bounds>> {
  const { spotFacts } = await import("../../plan/fleet/spot.ts");
  const { maxGpus, globalBatch, rank, deadlineHours, budgetUsd } = flags;
  const spot = spotFacts(find, flags.interruptionsPerNodeHour);
  return {
    maxGpus,
    globalBatch,
    rank,
    deadlineHours,
    budgetUsd,
    spot,
    assumption: find,
    listRejected: flags.all,
    listUnpriced: true,
  };
}

async function fromProgramme(io: Io, flags: Flags, given: ReadonlySet<string>): Promise<Found> {
  const { isoDay } = await import("../../base/clock.ts");
  const { allGpus, findGpu } = await import("../../catalog/gpus.ts");
  const { fleetPrices } = await import("../../programme/prices/fleet-prices.ts");
  const { statedEstimate } = await import("../../programme/training-plan/training-figures.ts");
  const place = { dir: flags.dir!, on: flags.on, maxGpus: flags.maxGpus };
  const run = await programmeRun(io, place, { flags, given });
  const { shape, spec, calibration, volume, statedHours, loaded } = run;
  const { gpu, gpuCount, gpuUsdPerHour, term, sellerClass } = loaded.programme.training;
  const on = flags.on ?? isoDay(io.now());
  const usd =
    gpuUsdPerHour === undefined
      ? undefined
      : statedEstimate(Number(gpuUsdPerHour), "USD", "training.gpuUsdPerHour of programme.yaml");
  const stated = usd === undefined ? undefined : { usd, term };
  const note =
    statedHours === undefined
      ? ""
      : `\nthe programme states ${formatNumber(statedHours)} wall hours on ${spec.gpuCount} × ${spec.gpu}, which is what it is costed with; the hours below are estimates`;
  const isCutOff = gpuCount !== undefined && gpuCount > flags.maxGpus;
  const cutOff = isCutOff
    ? `\nwarning: the programme states ${gpuCount} GPUs, and fleets of at most ${flags.maxGpus} are searched: its own fleet is not among them${gpuCount <= MOST_GPUS ? ` (--max-gpus ${gpuCount})` : ""}`
    : "";
  return {
    shape,
    spec: { ...run.asked, model: spec.model },
    volume,
    calibration,
    statedGpus: isCutOff ? undefined : gpuCount,
    gpus: gpu === undefined ? allGpus() : [findGpu(gpu)],
    terms: given.has("term") ? [flags.term!] : termsOf(sellerClass),
    priceOf: fleetPrices({ prices: loaded.prices, sellerClass, on, stated }),
    assumptions: loaded.programme.assumptions ?? {},
    note: `${note}${cutOff}`,
  };
}

async function fromFlags(io: Io, flags: Flags): Promise<Found> {
  const { isoDay } = await import("../../base/clock.ts");
  const { allGpus } = await import("../../catalog/gpus.ts");
  const { cutText } = await import("../../plan/speed/run-time.ts");
  const { fleetPrices } = await import("../../programme/prices/fleet-prices.ts");
  const { readPriceBook } = await import("../../programme/prices/price-book.ts");
  const { statedEstimate } = await import("../../programme/training-plan/training-figures.ts");
  const { shape, spec, gpu, calibration } = await resolveRun(io, {
    ...flags,
    gpu: flags.gpu ?? RunSpec.shape.gpu.parse(undefined),
  });
  const { checkRun, impossibleRun } = await import("../../plan/layout/check-run.ts");
  const anyLayout: RunSpec = { ...spec, sharding: "auto" };
  const gpus = flags.gpu === undefined ? allGpus() : [gpu];
  if (gpus.every((each) => impossibleRun(shape, anyLayout, each) !== undefined)) checkRun(shape, anyLayout, gpu);
  const { prices } = await readPriceBook(io.cwd);
  const { usdPerGpuHour, term, sellerClass } = flags;
  const usd =
    usdPerGpuHour === undefined ? undefined : statedEstimate(Number(usdPerGpuHour), "USD", "--usd-per-gpu-hour");
  const stated = usd === undefined ? undefined : { usd, term: term ?? "on-demand" };
  const volume = await volumeOf(flags, spec.objective);
  const cut = cutText(volume, spec.sequenceTokens);
  return {
    shape,
    spec,
    volume,
    calibration,
    gpus,
    terms: term !== undefined ? [term] : termsOf(sellerClass),
    priceOf: fleetPrices({ prices, sellerClass, on: flags.on ?? isoDay(io.now()), stated }),
    assumptions: {},
    note: cut === undefined ? "" : `\nwarning: ${cut}`,
  };
}

/** Terms that a run may be bought by: a seller's reservation is for a year or so, which no run of hours makes. */
function termsOf(sellerClass: SellerClass): readonly RentalTerm[] {
  return sellerClass === "own-contract" ? RentalTerm.options : RentalTerm.exclude(["reserved"]).options;
}

async function writePage(
  io: Io,
  file: string,
  page: { search: FleetSearch; title: string; stack: RunSpec["stack"] },
): Promise<void> {
  const { atomicWrite } = await import("../../base/atomic-write.ts");
  const { isoDay } = await import("../../base/clock.ts");
  const { fleetPage } = await import("../../plan/fleet/fleet-page.ts");
  await atomicWrite(resolve(io.cwd, file), fleetPage(page.search, { ...page, day: isoDay(io.now()) }));
  io.note(`wrote ${file}`);
}
