import { formatCount, formatNumber } from "../../../base/units.ts";
import { counted, whole } from "../../../base/words.ts";
import { boardPowerWatt } from "../../../comply/board-power.ts";
import { flopText } from "../../../comply/training-flop.ts";
import { isRefusal } from "../../../domain/estimate.ts";
import type { EvaluationResult } from "../../../domain/evaluation-result.ts";
import type { ComplianceView } from "../compliance-view.ts";
import { say, type Statements } from "./say.ts";
import { softwareOf } from "./software.ts";

/** Size ranges of the model documentation form, by their upper limit in parameters. */
const SIZE_RANGES: readonly (readonly [below: number, range: string])[] = [
  [5e8, "1-500M"],
  [5e9, "500M-5B"],
  [1.5e10, "5B-15B"],
  [5e10, "15B-50B"],
  [1e11, "50B-100B"],
  [5e11, "100B-500B"],
  [1e12, "500B-1T"],
  [Infinity, "> 1T"],
];

/** Training times of the form for national authorities, by their upper limit in hours of a 730-hour month. */
const TIMES: readonly (readonly [below: number, range: string])[] = [
  [730, "less than 1 month"],
  [3 * 730, "1 to 3 months"],
  [6 * 730, "3 to 6 months"],
  [Infinity, "more than 6 months"],
];

const PLAN = "plan of the programme (tunewright feasibility)";

/** Statements on the model, its training and its evaluation. */
export function modelStatements(view: ComplianceView, evaluations: readonly EvaluationResult[]): Statements {
  return [...architecture(view), ...training(view), ...compute(view), ...energy(view), ...evaluated(view, evaluations)];
}

function architecture({ training: { shape, spec }, loaded }: ComplianceView): Statements {
  const catalogue = `catalogue of models (${shape.id})`;
  const { name, model } = loaded.programme;
  const size = formatCount(shape.paramCount);
  const range = SIZE_RANGES.find(([below]) => shape.paramCount < below)![1];
  const licence =
    shape.licence === null ? "" : `base: ${shape.licence}; the licence of the tuned weights is not stated`;
  return [
    ...say(
      "MDF.P.arch HFM.model_specs SPDX.ai.typeOfModel",
      `${shape.family}: decoder of ${shape.layers} layers, ${size} parameters`,
      catalogue,
    ),
    ...say("MDF.P.size", `${size} parameters`, catalogue),
    ...say("MDF.P.range", range, `${catalogue}; ranges of the form`),
    ...say("AXII.2.b MDF.P.in", `text; trained on sequences of up to ${spec.sequenceTokens} tokens`, PLAN),
    ...say("MDF.P.out", "text", "derived: a language model"),
    ...say("MDF.G.deps", model.base, loaded.place(["model", "base"])),
    ...say("MDF.G.name", name, loaded.place(["name"])),
    ...say("CPP.4.licences", licence, catalogue),
    ...say("SPDX.ai.req.primaryPurpose", "model", "SPDX 3.0.1: purpose of an AI package"),
    ...say(
      "HFM.y.tags",
      spec.method === "full" ? `base_model:${model.base}` : `base_model:${model.base}, ${spec.method}`,
      PLAN,
    ),
  ];
}

/** Planned rows or corpus of a run, and the number of passes. */
function passesText({ training: { spec, volume, supervised }, loaded }: ComplianceView): string {
  const passes = (count: number): string => (count === 1 ? "1 pass" : `${formatNumber(count)} passes`);
  const { corpusTokens, preferencePairs } = loaded.programme.data;
  const isPairs = spec.objective === "dpo" && preferencePairs > 0;
  const noun = isPairs ? "preference pair" : spec.objective === "grpo" ? "prompt" : "row";
  const what = spec.method === "pretrain" ? `${whole(corpusTokens)} tokens of text` : counted(volume.rows, noun);
  const main = `${passes(volume.epochs)} over ${what}`;
  if (supervised === undefined) return main;
  const overRows = `${passes(supervised.epochs)} over ${counted(supervised.rows, "row")}`;
  return spec.method === "pretrain" ? `${main}, then ${overRows}` : `${overRows} (supervised), then ${main}`;
}

function training(view: ComplianceView): Statements {
  const { spec, runs, volume } = view.training;
  const { loaded } = view;
  const { training } = loaded.programme;
  const adapter =
    spec.method === "full" || spec.method === "pretrain" ? "all weights" : `an adapter of rank ${training.loraRank}`;
  const design = `${spec.method}: ${adapter} on ${loaded.programme.model.base}, ${passesText(view)}, sequences of ${spec.sequenceTokens} tokens, ${runs} runs in total`;
  const goals = `Goals: ${loaded.programme.task.goals.join(", ")}. Task: ${loaded.programme.task.kind}.`;
  return [
    ...say("AXI.2.b MDF.T.spec MDF.P.design SPDX.ai.informationAboutTraining", design, PLAN),
    ...say(
      "SPDX.ai.hyperparameter",
      `epochs ${volume.epochs}, rank ${training.loraRank}, sequence ${spec.sequenceTokens}, batch ${training.batchSequences} per GPU`,
      PLAN,
    ),
    ...say("MDF.T.rat", goals, loaded.place(["task", "goals"])),
    ...say("HFM.software MDF.U.sw", softwareOf(training.stack), loaded.place(["training", "stack"])),
    ...say("HFM.y.library_name", spec.method === "full" ? "transformers" : "peft", PLAN),
  ];
}

function compute({ training, report }: ComplianceView): Statements {
  const { gpuHoursPerRun, hoursPerRun, gpu, spec, runs } = training;
  const flop = report.facts.find(({ id }) => id === "run.modificationFlop");
  const fleet = `${spec.gpuCount} × ${gpu.id}`;
  const from = `${PLAN}, not what ran`;
  const hours = isRefusal(hoursPerRun) ? null : hoursPerRun;
  const gpuHours = isRefusal(gpuHoursPerRun) ? null : gpuHoursPerRun;
  const range = (low: number, high: number): string =>
    low === high ? formatNumber(low, 2) : `${formatNumber(low, 2)} to ${formatNumber(high, 2)}`;
  return [
    ...(typeof flop?.value === "number"
      ? [
          ...say("MDF.C.flop", `at most ${flopText(flop.value)} FLOP`, flop.source),
          ...say(
            "MDF.C.meth",
            "larger of 6 × parameters × tokens and of GPU-hours × peak × utilisation, all runs",
            "Commission guidelines C(2025) 7719, Annex A",
          ),
        ]
      : []),
    ...(hours === null
      ? []
      : [
          ...say("HFM.speeds_sizes_times", `planned: ${range(hours.p10, hours.p90)} hours a run`, from),
          ...say(
            "MDF.C.time",
            `${TIMES.find(([below]) => hours.p90 * runs < below)![1]}: ${range(hours.p10 * runs, hours.p90 * runs)} hours in total, planned`,
            from,
          ),
        ]),
    ...(gpuHours === null
      ? []
      : say(
          "HFM.hours_used",
          `planned: ${gpuHours.p10 === gpuHours.p90 ? whole(gpuHours.p50 * runs) : range(gpuHours.p10 * runs, gpuHours.p90 * runs)} GPU-hours in total`,
          from,
        )),
    ...say("HFM.compute_infrastructure", `planned: ${fleet}`, from),
  ];
}

/** Energy of the GPUs at their maximum board power: an upper bound, without host and cooling. */
function energy({ training: { gpuHoursPerRun, gpu, runs } }: ComplianceView): Statements {
  const watt = boardPowerWatt(gpu.id);
  if (isRefusal(gpuHoursPerRun) || watt === undefined) return [];
  const mwh = (gpuHoursPerRun.p90 * runs * watt) / 1e6;
  const text = `at most ${formatNumber(mwh, 2)} MWh for the GPUs of all runs, without host and cooling`;
  const from = `${PLAN}; board power ${watt} W (${gpu.id}, vendor data sheet from general knowledge)`;
  return [
    ...say("AXI.2.e MDF.E.mwh SPDX.ai.energyConsumption.finetuningEnergyConsumption", text, from),
    ...say("MDF.E.meth", `GPU-hours × board power of ${watt} W, at the 90th percentile of the estimate`, from),
  ];
}

function evaluated({ loaded }: ComplianceView, evaluations: readonly EvaluationResult[]): Statements {
  const { evaluation } = loaded.programme;
  const finished = evaluations.filter(({ isComplete }) => isComplete);
  if (finished.length === 0) {
    const from = `${loaded.place(["evaluation", "frozenRows"])}; no evaluation has finished`;
    return say(
      "HFM.testing_data",
      `planned: a frozen test set of ${evaluation.frozenRows.toLocaleString("en-US")} rows`,
      from,
    );
  }
  const from = finished.map(({ id }) => `evaluations/${id}/result.json`).join(", ");
  const scorers = [...new Set(finished.flatMap(({ scores }) => scores.map(({ scorer }) => scorer)))].join(", ");
  const sets = finished.map(
    ({ evaluation: name, items, fingerprints }) => `${name}: ${items} items, digest ${fingerprints.set.slice(0, 16)}`,
  );
  const slices = [...new Set(finished.flatMap(({ slices }) => slices.map(({ field }) => field)))];
  return [
    ...say("HFM.testing_metrics HFM.y.metrics SPDX.ai.metric", scorers, from),
    ...say("HFM.testing_data", [...new Set(sets)].join("; "), from),
    ...say("HFM.testing_factors", slices.length === 0 ? "" : `by ${slices.join(", ")}`, from),
  ];
}
