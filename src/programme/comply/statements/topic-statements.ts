import { PAPER_TOPICS } from "../../../catalog/paper-topics.ts";
import type { ComplianceView } from "../compliance-view.ts";
import { plannedData } from "./planned-data.ts";
import { say, type Statements } from "./say.ts";
import { softwareOf } from "./software.ts";

/** Statements of `programme.yaml` on topics that several papers ask about. */
export function topicStatements({ loaded, training }: ComplianceView): Statements {
  const { programme, place } = loaded;
  const { owner, description, name, task, model, data, evaluation } = programme;
  const { shape, spec, gpu } = training;
  const goals = task.goals.join(", ");
  const stages = data.pipeline.map(({ stage }) => stage);
  const steps = [
    `curation of ${plannedData(data) || "rows whose number is not planned"}`,
    `fine-tuning of ${model.base} (${spec.method})`,
    `evaluation on ${evaluation.frozenRows.toLocaleString("en-US")} frozen rows`,
    "serving of the tuned model",
  ];
  const filesOf = (isTest: boolean): string =>
    data.files
      .filter(({ role }) => (role === "eval" || role === "replay") === isTest)
      .map(({ path }) => path)
      .join(", ");
  const rows = filesOf(false) || "rows not collected yet";
  const tests = filesOf(true) === "" ? "" : `${filesOf(true)} → evaluation; `;
  const flow = `${tests}${[rows, ...stages, "training", "evaluation", "serving"].join(" → ")}${stages.length === 0 ? "; no stage of curation is planned" : ""}`;
  const plan = "plan of the programme (tunewright feasibility)";
  return [
    ...about("provider", owner ?? "", place(["owner"])),
    ...about("purpose", description, place(["description"])),
    ...about(
      "intended-use",
      `Task: ${task.kind}${task.narrow ? ", one narrow task" : ""}. Goals: ${goals}.`,
      place(["task"]),
    ),
    ...about(
      "data-purpose",
      `Made to tune ${model.base} for the programme ${name}. Task: ${task.kind}. Goals: ${goals}.`,
      place(["task"]),
    ),
    ...say("R30.1.b", steps.join("; "), plan),
    ...say("DPIA.A3", flow, place(["data"])),
    ...say(
      "DPIA.A4",
      `planned: ${spec.gpuCount} × ${gpu.id} of a ${programme.training.sellerClass}, ${programme.training.term}; software: ${softwareOf(programme.training.stack)}`,
      plan,
    ),
    ...say(
      "AXI.S2.1",
      `planned: a frozen test set of ${evaluation.frozenRows.toLocaleString("en-US")} rows and ${evaluation.replayRows.toLocaleString("en-US")} replayed prompts; no result is recorded`,
      place(["evaluation"]),
    ),
    ...say("AXI.S2.2", `adaptation: ${spec.method} of ${shape.id}; no adversarial test is recorded`, plan),
  ];
}

function about(topic: string, answer: string, from: string): Statements {
  const { fields } = PAPER_TOPICS.find(({ id }) => id === topic)!;
  return say(fields.join(" "), answer, from);
}
