import { formatCount, formatNumber } from "../../base/units.ts";
import { flopText } from "../../comply/training-flop.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { middleOf } from "../../domain/estimate.ts";
import { headlineScore } from "../../evaluate/report/headline-score.ts";
import type { ComplianceView } from "./compliance-view.ts";
import type { PaperAnswer } from "./fill-paper.ts";
import { ANSWERS_FILE } from "../reading/answers-file.ts";

/** Fields of papers that are answered by a yes-no fact. */
const YES_NO: readonly [field: string, fact: string][] = [
  ["DPIA.T2", "sys.soloAutomatedDecision"],
  ["DPIA.T4", "data.special"],
  ["DPIA.T5", "data.largeScale"],
  ["DPIA.T6", "data.matching"],
  ["DPIA.T7", "data.children"],
  ["DPIA.T8", "data.innovativeTech"],
  ["DPIA.E4", "gdpr.highResidualRisk"],
];

/** Answers to fields of papers from the plan, the facts, the vendors and the evaluations of a programme. */
export function factAnswers(view: ComplianceView, evaluations: readonly EvaluationResult[]): [string, PaperAnswer][] {
  return [...planAnswers(view), ...yesNoAnswers(view), ...vendorAnswers(view), ...evaluationAnswers(evaluations)];
}

function planAnswers({ training, report, loaded }: ComplianceView): [string, PaperAnswer][] {
  const { shape, spec } = training;
  const plan = "plan of the programme (tunewright feasibility)";
  const flop = report.facts.find(({ id }) => id === "run.modificationFlop");
  const hours = middleOf(training.gpuHoursPerRun);
  const compute = [
    ...(typeof flop?.value === "number" ? [`at most ${flopText(flop.value)} FLOP for all runs`] : []),
    ...(hours === undefined ? [] : [`about ${formatNumber(hours, 2)} GPU-hours a run, ${training.runs} runs`]),
  ];
  const say = (fields: readonly string[], answer: string, from: string): [string, PaperAnswer][] =>
    answer === "" ? [] : fields.map((field) => [field, { answer, from }]);
  const { description, name } = loaded.programme;
  return [
    ...say(
      ["AXI.1.d", "AXII.1.f"],
      `${shape.family}: ${formatCount(shape.paramCount)} parameters, ${shape.layers} layers; tuned by ${spec.method}`,
      `catalogue of models (${shape.id})`,
    ),
    ...say(
      ["HFM.model_type"],
      `${shape.family}, ${formatCount(shape.paramCount)} parameters`,
      `catalogue of models (${shape.id})`,
    ),
    ...say(["HFM.training_regime"], `${trainedWeights(spec.method)}, sequences of ${spec.sequenceTokens} tokens`, plan),
    ...say(["HFM.hardware_type"], `planned: ${spec.gpuCount} × ${training.gpu.id}`, `${plan}, not what ran`),
    ...say(["HFM.y.pipeline_tag"], "text-generation", "derived: a language model"),
    ...say(["AXI.1.e", "AXII.1.g"], "text in, text out", "derived: a language model"),
    ...say(["AXI.2.b"], `method ${spec.method}, sequences of ${spec.sequenceTokens} tokens`, plan),
    ...say(["AXI.2.d"], compute.join("; "), `${plan}; ${flop?.source ?? ""}`),
    ...say(["DPIA.A1"], description === "" ? name : description, loaded.place(["name"])),
  ];
}

function yesNoAnswers({ report }: ComplianceView): [string, PaperAnswer][] {
  return YES_NO.map(([field, id]) => {
    const fact = report.facts.find((fact) => fact.id === id);
    if (typeof fact?.value !== "boolean") {
      return [
        field,
        { answer: null, from: `answer ${id} in ${ANSWERS_FILE}; the data protection officer can fill it` },
      ];
    }
    return [field, { answer: fact.value ? "yes" : "no", from: `${id} (${fact.source})` }];
  });
}

function vendorAnswers({ answers: { vendors }, report }: ComplianceView): [string, PaperAnswer][] {
  const fields = ["R30.1.d", "DPIA.B10"];
  const others = report.vendors.links.filter(({ isRegistered }) => !isRegistered);
  if (vendors.length === 0 && others.length === 0) {
    const from = `list vendors in ${ANSWERS_FILE}; the data protection officer can fill it`;
    return fields.map((field) => [field, { answer: null, from }]);
  }
  const lines = vendors
    .filter(({ personalData }) => personalData)
    .map(
      ({ name, purpose, dpa }) =>
        `${name} (${purpose}): ${dpa === undefined ? "no processing agreement on file" : `agreement ${dpa}`}`,
    );
  lines.push(...others.map(({ name, seen }) => `${name} (${seen.join(", ")}): not in the register of vendors`));
  const answer = lines.length === 0 ? "none according to the register" : lines.join("; ");
  return fields.map((field) => [field, { answer, from: `vendors in ${ANSWERS_FILE}` }]);
}

/** The trained weights of a method, as the plan names it. */
function trainedWeights(method: string): string {
  if (method === "full") return "all weights";
  return method === "pretrain" ? "all weights, continued pre-training" : `adapter (${method})`;
}

/** Headline scores of finished evaluations, for the model card and Annex XI. */
function evaluationAnswers(evaluations: readonly EvaluationResult[]): [string, PaperAnswer][] {
  const finished = evaluations.filter(({ isComplete }) => isComplete);
  if (finished.length === 0) return [];
  const lines = finished.flatMap((result) => {
    const { evaluation, target, items } = result;
    const headline = headlineScore(result);
    if (headline === null || headline.mean === null) return [];
    const { mean, interval, scorer } = headline;
    const range =
      interval === null ? "" : `, 95 % ${formatNumber(interval.low, 3)} to ${formatNumber(interval.high, 3)}`;
    return [`${target} on ${evaluation}: ${scorer} ${formatNumber(mean, 3)} (${items} items${range})`];
  });
  const answer = lines.join("; ");
  if (answer === "") return [];
  const from = finished.map(({ id }) => `evaluations/${id}/result.json`).join(", ");
  return ["HFM.results", "HFM.results_summary", "AXI.S2.1"].map((field) => [field, { answer, from }]);
}
