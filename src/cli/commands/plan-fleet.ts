import * as z from "zod";

import { formatNumber } from "../../base/units.ts";
import { RunSpec } from "../../domain/run-spec.ts";
import { FleetOption } from "../../domain/study.ts";
import { defineCommand } from "../command.ts";
import type { Io } from "../io.ts";
import {
  DIR_FLAG,
  PRICE_FLAGS,
  priceLookUp,
  programmeRun,
  resolveRun,
  RUN_FLAGS,
  VOLUME_FLAGS,
  volumeOf,
} from "../run-flags.ts";

const { gpu: _gpu, gpuCount: _gpuCount, ...RUN_WITHOUT_FLEET } = RUN_FLAGS;

const Options = z.strictObject({
  ...DIR_FLAG,
  ...RUN_WITHOUT_FLEET,
  ...VOLUME_FLAGS,
  ...PRICE_FLAGS,
  gpu: z.string().min(1).optional().describe("Only this GPU; all with a price where left out"),
  maxGpus: z.int().min(1).max(256).default(64).describe("Most GPUs of a fleet"),
  all: z.boolean().default(false).describe("Print every count of each GPU, not only the two smallest that fit"),
});

type Flags = z.output<typeof Options>;

/** `tunewright plan fleet`: which GPUs could train a run, cheapest first. */
export default defineCommand({
  description:
    "Search GPUs and counts for a training run: what fits, hours and cost of each, the cheapest first, and why the others do not fit.",
  args: ["dir"],
  options: Options,
  output: z.array(FleetOption).describe("cheapest of those that fit first"),
  examples: [
    "plan fleet --model Qwen/Qwen2.5-7B --method lora --rows 14000 --mean-tokens 900",
    "plan fleet my-programme --all",
    "plan fleet --model meta-llama/Llama-3.3-70B-Instruct --method qlora --rows 22000 --mean-tokens 700 --term spot",
  ],
  run: async (io, flags, given) => {
    const { fleetText, shortFleets } = await import("../../plan/training-text.ts");
    const { name, spec, fleets, note } =
      flags.dir === undefined ? await fromFlags(io, flags) : await fromProgramme(io, flags, given);
    const shown = flags.all ? fleets : shortFleets(fleets);
    const left = fleets.length - shown.length;
    const more = left > 0 ? `\n\n${left} larger fleets of the same GPUs not shown (--all)` : "";
    return { json: fleets, text: () => `${name}, ${spec.method}${note}\n\n${fleetText(shown, spec.stack)}${more}` };
  },
});

type Found = { name: string; spec: RunSpec; fleets: FleetOption[]; note: string };

async function fromProgramme(io: Io, flags: Flags, given: ReadonlySet<string>): Promise<Found> {
  const place = { dir: flags.dir!, on: flags.on, maxGpus: flags.maxGpus };
  const { spec, fleets, statedHours } = await programmeRun(io, place, { flags, given });
  const fleet = `${spec.gpuCount} × ${spec.gpu}`;
  const stated =
    statedHours === undefined
      ? ""
      : `\nthe programme states ${formatNumber(statedHours)} wall hours on ${fleet}, which is what it is costed with; the hours below are estimates`;
  return { name: spec.model, spec, fleets, note: stated };
}

async function fromFlags(io: Io, flags: Flags): Promise<Found> {
  const { allGpus, findGpu } = await import("../../catalog/gpus.ts");
  const { isRefusal } = await import("../../domain/estimate.ts");
  const { checkRun } = await import("../../plan/check-run.ts");
  const { cutText } = await import("../../plan/speed/run-time.ts");
  const { searchFleets } = await import("../../plan/fleet/fleet.ts");
  const { shape, spec, gpu } = await resolveRun(io, { ...flags, gpu: flags.gpu ?? RunSpec.shape.gpu.parse(undefined) });
  checkRun(shape, spec, gpu);
  const { priceOf, priceNoteOf } = await priceLookUp(io, flags);
  const gpus = flags.gpu === undefined ? allGpus().filter(({ id }) => !isRefusal(priceOf(id))) : [findGpu(flags.gpu)];
  const volume = await volumeOf(flags, spec.objective);
  const fleets = searchFleets({ shape, spec, volume, gpus, priceOf, priceNoteOf, maxGpus: flags.maxGpus });
  const cut = cutText(volume, spec.sequenceTokens);
  return { name: shape.id, spec, fleets, note: cut === undefined ? "" : `\nwarning: ${cut}` };
}
