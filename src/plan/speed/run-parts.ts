import { formatCount, formatNumber } from "../../base/units.ts";
import type { Assumption } from "../../domain/assumption.ts";
import { type Estimate, isRefusal, type Quantity } from "../../domain/estimate.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { RunPart } from "../../domain/run-part.ts";
import { isFull, type TrainVolume } from "../../domain/run-spec.ts";
import { pointRange } from "../../domain/point-range.ts";
import { checkpointBytes } from "../memory/checkpoint-bytes.ts";
import { multiplyRanges, type Range, scaleQuantity, sumRanges } from "../uncertainty/lognormal.ts";
import { adapterParamCount } from "../layout/model-parts.ts";
import { forwardFlopsPerToken, hardwareFlopsPerToken } from "./flops.ts";
import type { RunTime } from "./run-time.ts";
import type { SpeedRun } from "./throughput.ts";

type Request = { run: SpeedRun; volume: TrainVolume; time: RunTime; assumption: (id: string) => Assumption };

/**
 * Wall time of a run by part: the parts before its steps, the steps, evaluations, checkpoints and the result. Parts are
 * sequential, so they add up to the run. All GPUs are booked for the whole run, except during tokenisation: it needs no
 * GPU, runs earlier on a CPU machine and is not in the sum. A programme counts everything except the steps on a
 * separate line, from these parts.
 *
 * @accuracy the steps as in `runTime`; all other parts from stated rates (assumptions `run.*`), good to a factor of
 *   three: measure the first run
 */
export function runParts(request: Request): RunPart[] {
  return [...startUp(request), ...steps(request), ...evaluation(request), ...checkpoints(request), result(request)];
}

/** Wall hours of all parts; if one part is refused, so is the sum. */
export function sumOfParts(parts: readonly RunPart[]): Quantity {
  const hours = parts.filter(({ within }) => within === null).map((part) => part.hours);
  const refused = hours.find(isRefusal);
  if (refused !== undefined) return refused;
  const known = hours.filter((hour): hour is Estimate => !isRefusal(hour));
  const steps = parts.find(({ id }) => id === "steps")!.hours;
  return {
    ...sumRanges(known),
    unit: "h",
    basis: "sum of the parts of the run, as independent ranges",
    n: isRefusal(steps) ? 0 : steps.n,
    sources: [...new Set(known.flatMap((entry) => entry.sources))],
  };
}

function startUp({ run, volume, assumption }: Request): RunPart[] {
  const [image, network, boot] = [
    assumption("run.image.gb"),
    assumption("run.network.gb-per-sec"),
    assumption("run.boot.hours"),
  ];
  const [disk, warmUp] = [assumption("run.load.gb-per-sec"), assumption("run.warm-up.hours")];
  const modelGb = (run.shape.paramCount * STORED_BYTES) / 1e9;
  return [
    tokenising(volume, assumption),
    part({ id: "machine", label: "machine and image" }, sumRanges([boot, hoursOf(image, network)]), {
      formula: `${boot.id} + ${image.id} / ${network.id}`,
      from: [boot, image, network],
    }),
    part({ id: "download", label: "download of the model" }, hoursOf(pointRange(modelGb), network), {
      formula: `${formatNumber(modelGb)} GB / ${network.id}`,
      from: [network],
    }),
    part({ id: "load", label: "loading into the GPUs" }, hoursOf(pointRange(modelGb), disk), {
      formula: `${formatNumber(modelGb)} GB / ${disk.id}`,
      from: [disk],
    }),
    part({ id: "warm-up", label: "imports, process groups, first step" }, warmUp, {
      formula: warmUp.id,
      from: [warmUp],
    }),
  ];
}

/** Tokenisation of the rows, once, on one CPU machine; all epochs and later runs read the stored result. */
export function tokenising(
  volume: Pick<TrainVolume, "rows" | "meanTokens">,
  assumption: Request["assumption"],
): RunPart {
  const rate = assumption("run.tokenise.tokens-per-sec");
  const tokens = volume.rows * volume.meanTokens;
  const found = part({ id: "data", label: "tokenising on a CPU machine" }, hoursOf(pointRange(tokens), rate), {
    formula: `${formatCount(tokens)} tokens / ${rate.id}`,
    from: [rate],
  });
  return { ...found, within: "before" };
}

/** Bytes of a stored weight: checkpoints are published in 16 bits and quantised on loading. */
const STORED_BYTES = 2;

function steps({ run, time }: Request): RunPart[] {
  const { gpuCount } = run.spec;
  const { reinforcement, tokens } = time;
  const count = time.steps === null ? "" : `${formatNumber(time.steps, 9)} optimizer steps: `;
  const trained = isRefusal(tokens) ? "tokens" : `${formatCount(tokens.p50)} tokens`;
  const formula =
    reinforcement === null
      ? `${count}${trained} / (speed × ${gpuCount})`
      : `${count}sampling, log-probabilities and training`;
  const within = (reinforcement?.parts ?? []).map(({ id, label, gpuHours, formula: how }): RunPart => ({
    id,
    label,
    within: "steps",
    hours: scaleQuantity(gpuHours, 1 / gpuCount, "h"),
    formula: how,
    assumptions: [],
  }));
  return [
    { id: "steps", label: "training steps", within: null, hours: time.hours, formula, assumptions: [] },
    ...within,
  ];
}

/**
 * Loss over held-out rows: a forward pass at the speed of training, scaled by the FLOPs of a forward relative to those
 * of a training step. Sampling answers for an evaluation takes longer and is not included.
 */
function evaluation({ run, volume, time, assumption }: Request): RunPart[] {
  const { spec, shape } = run;
  if (
    OBJECTIVES[spec.objective].row === "prompt" ||
    volume.evaluationRows === 0 ||
    volume.evaluations === 0 ||
    volume.rows === 0
  )
    return [];
  const usual = assumption("evaluation.frozen.rows");
  const most = volume.rows * MOST_HELD_OUT;
  const rows =
    volume.evaluationRows === undefined
      ? { p10: Math.min(usual.p10, most), p50: Math.min(usual.p50, most), p90: Math.min(usual.p90, most) }
      : pointRange(volume.evaluationRows);
  const times = volume.evaluations ?? Math.ceil(volume.epochs);
  const share = forwardFlopsPerToken(shape, spec) / hardwareFlopsPerToken(shape, spec);
  const ofTraining = { p10: rows.p10, p50: rows.p50, p90: rows.p90 };
  const hours = isRefusal(time.hours)
    ? time.hours
    : scaleQuantity(
        { ...time.hours, ...multiplyRanges(time.hours, ofTraining) },
        (times * share) / (volume.rows * volume.epochs),
        "h",
      );
  return [
    {
      id: "evaluation",
      label: "evaluation in the run",
      within: null,
      hours,
      formula: `${times} × ${volume.evaluationRows === undefined ? `${usual.id} (at most a tenth of the rows)` : `${formatNumber(volume.evaluationRows, 9)} rows`} × ${share.toFixed(2)} of a training step (forward over all FLOPs)`,
      assumptions: volume.evaluationRows === undefined ? [usual.id] : [],
    },
  ];
}

/** Default maximum share of held-out rows relative to training rows. */
const MOST_HELD_OUT = 0.1;

function checkpoints({ run, volume, assumption }: Request): RunPart[] {
  const count = volume.checkpoints ?? Math.ceil(volume.epochs);
  if (count === 0) return [];
  const rate = assumption("training.checkpoint.gb-per-sec");
  const machines = run.spec.sharding === "none" ? 1 : Math.ceil(run.spec.gpuCount / run.gpu.nodeGpus);
  const gb = checkpointBytes(run) / 1e9;
  return [
    part({ id: "checkpoints", label: "checkpoints" }, hoursOf(pointRange((count * gb) / machines), rate), {
      formula: `${count} × ${formatNumber(gb)} GB / ${machines === 1 ? rate.id : `(${machines} × ${rate.id})`}`,
      from: [rate],
    }),
  ];
}

/** Adapters are stored in 32 bits (PEFT). */
const ADAPTER_BYTES = 4;

/** Copying the result to permanent storage: the adapter, or all weights in 16 bits. */
function result({ run: { shape, spec }, assumption }: Request): RunPart {
  const network = assumption("run.network.gb-per-sec");
  const bytes = isFull(spec) ? shape.paramCount * STORED_BYTES : adapterParamCount(shape, spec) * ADAPTER_BYTES;
  const gb = bytes / 1e9;
  return part({ id: "result", label: "storing the result" }, hoursOf(pointRange(gb), network), {
    formula: `${formatNumber(gb)} GB / ${network.id}`,
    from: [network],
  });
}

function part(
  about: Pick<RunPart, "id" | "label">,
  hours: Range,
  { formula, from }: { formula: string; from: readonly Assumption[] },
): RunPart {
  const { p10, p50, p90 } = hours;
  return {
    ...about,
    within: null,
    hours: { p10, p50, p90, unit: "h", basis: formula, n: 0, sources: from.map(({ id: own }) => `assumption ${own}`) },
    formula,
    assumptions: from.map(({ id: own }) => own),
  };
}

/** Hours to process an amount at a rate per second. */
function hoursOf(amount: Range, perSec: Range): Range {
  const { p10, p50, p90 } = multiplyRanges(amount, perSec, -1);
  return { p10: p10 / 3600, p50: p50 / 3600, p90: p90 / 3600 };
}
