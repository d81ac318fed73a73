import { commandLine } from "../../../base/command-line.ts";
import { counted } from "../../../base/words.ts";
import type { AuditEvidence } from "../../../domain/audit.ts";
import type { ForeignRecord, SlurmScript } from "../../../domain/audit-import.ts";
import { comparisonEvidence, fullGains, GAIN_SHOWN, loraSaving, NO_GAIN_SHOWN } from "../compute-rules.ts";
import { lifecycleEvidence } from "../end-of-life-rule.ts";
import { ASSUMED_ROWS } from "../../draft/draft-fields.ts";
import type { AuditFacts } from "../../facts.ts";
import { type ForeignRule, noPrice } from "../../rule.ts";
import { SWEEP_RUNS } from "../../thresholds.ts";

/** Rule 1 over the configurations: each that trains all weights, unless the method rules do not recommend LoRA. */
export const foreignMethod: ForeignRule = (facts, { record }) => {
  const { study, shownDir, comparison } = facts;
  const stated = record.configs.flatMap(({ weights }) => (weights === null ? [] : [weights]));
  const [first, ...rest] = stated.map(({ place, value }) => ({ place, says: `trains ${WEIGHTS[value]}` }));
  if (first === undefined) return undefined;
  const evidence: [AuditEvidence, ...AuditEvidence[]] = [first, ...rest];
  const full = stated.filter(({ value }) => value === "full").length;
  if (full === 0) {
    const text = `${counted(stated.length, "training configuration")}, none of which trains all weights.`;
    return { state: "pass", text, evidence };
  }
  const lora = study.method.ranking.find((advice) => advice.method === "lora");
  const why = lora?.why.map(({ text }) => text).join(" ") ?? "";
  const assumed = areRowsAssumed(facts, record) ? " No source states the rows: their number is assumed." : "";
  evidence.push({
    place: "ranking of methods",
    says: `LoRA is ${lora?.verdict ?? "not ranked"}. ${why}${assumed}`.trim(),
  });
  if (comparison !== null) evidence.push(comparisonEvidence(comparison));
  if (lora?.verdict !== "recommended") {
    const text = "All weights are trained; the method rules do not recommend LoRA for the task that the draft states.";
    return { state: "pass", text, evidence };
  }
  if (fullGains(comparison)) {
    const text = `All weights are trained although the method rules recommend LoRA; ${GAIN_SHOWN}`;
    return { state: "pass", text, evidence };
  }
  const others = stated.length - full;
  const also =
    others === 0
      ? ""
      : ` ${counted(others, "configuration")} of the same import ${others === 1 ? "trains" : "train"} an adapter.`;
  return {
    state: "finding",
    text: `${counted(full, "configuration")} of ${stated.length} ${full === 1 ? "trains" : "train"} all weights; the method rules recommend LoRA.${also} ${comparison === null ? "No evaluation of both is among the sources." : NO_GAIN_SHOWN}`,
    evidence,
    price:
      study.training.method === "full-sft"
        ? loraSaving(facts)
        : noPrice("the draft describes an adapter, so the full run is not costed", "set training.method to full-sft"),
    action: commandLine(["plan", "method", shownDir]),
  };
};

/** Whether the number of rows is the one that a draft assumes. */
function areRowsAssumed({ programme }: AuditFacts, { datasets }: ForeignRecord): boolean {
  const { plannedRows, preferencePairs } = programme.data;
  return !datasets.some(({ role }) => role === "train") && [plannedRows, preferencePairs].includes(ASSUMED_ROWS);
}

const WEIGHTS = { full: "all weights", lora: "a LoRA adapter", qlora: "a QLoRA adapter" } as const;

/** Rule 2 if no search of runs was imported: neither a configuration nor a job array shows what stopped a run. */
export const foreignSweep: ForeignRule = ({ state }, { record }) => {
  const { configs, scripts } = record;
  if (state.sweeps.length > 0 || (configs.length === 0 && scripts.length === 0)) return undefined;
  const arrays = scripts.flatMap(({ tasks, usesTask }) => (tasks !== null && usesTask ? [tasks] : []));
  const most = Math.max(0, ...arrays.map(({ value }) => value));
  const searched =
    most >= SWEEP_RUNS
      ? ` A job array of ${most} tasks may be a sweep; its script does not state what stops a task.`
      : "";
  return {
    state: "not-checkable",
    text: `Not checkable, because a sweep shows in runs with curves, and no ${SWEEP_RUNS} runs of one search were imported. Configurations alone are alternatives.${searched}`,
    action: "tunewright audit import CONFIGS MLRUNS --out FOLDER, with the folder or server of the tracker",
    evidence: [
      ...arrays.map(({ place, value }) => ({ place, says: `a job array of ${value} tasks` })),
      ...configs.map(({ file, library }) => ({ place: file, says: `a configuration for ${library}` })),
    ],
  };
};

/** Rule 3 if no source states who sells the GPUs: the default of a plan is not a decision. */
export const foreignRental: ForeignRule = (_facts, { isStated, record }) => {
  if (isStated(["training", "term"]) && isStated(["training", "sellerClass"])) return undefined;
  return {
    state: "not-checkable",
    text: "Not checkable, because no source states who sold the GPUs and on which term.",
    action: "set training.sellerClass and training.term in programme.yaml",
    evidence: record.scripts.map((script) => ({ place: script.file, says: jobText(script) })),
  };
};

/** The Slurm request of a job, as text. */
function jobText({ gpus, hours, partition, isRequeued }: SlurmScript): string {
  return [
    gpus === null ? "an unknown number of GPUs" : counted(gpus.value, "GPU"),
    ...(hours === null ? [] : [`at most ${Number(hours.value.toFixed(2))} h`]),
    ...(partition === null ? [] : [`partition ${partition.value}`]),
    ...(isRequeued === null ? [] : [isRequeued ? "requeued after a preemption" : "not requeued after a preemption"]),
  ].join(", ");
}

/** Rule 9 over every base that the configurations name. */
export const foreignBases: ForeignRule = ({ study, migration, shownDir }, { lifecycles }) => {
  if (lifecycles.length < 2) return undefined;
  const month = study.generatedOn.slice(0, 7);
  const ended = lifecycles.flatMap(({ base, rows }) => {
    const dated = rows.filter(
      ({ kind, date }) => kind !== "none-published" && date !== "" && date.slice(0, 7) <= month,
    );
    return dated.length === 0 ? [] : [{ base, dated }];
  });
  const [first, ...rest] = lifecycles.flatMap(({ base, place, rows }) => [
    { place, says: base },
    ...rows.map(lifecycleEvidence),
  ]);
  if (ended.length === 0) return undefined;
  const said = ended.map(
    ({ base, dated }) => `${base} (${dated.map(({ kind, date }) => `${kind} ${date}`).join(", ")})`,
  );
  return {
    state: "finding",
    text: `${counted(ended.length, "base")} of ${lifecycles.length} superseded or ended: ${said.join("; ")}. The weights stay usable. The price is that of one migration: training runs, people for one retraining, and evaluation again.`,
    evidence: [first!, ...rest],
    price: migration,
    action: commandLine([
      "watch",
      "migrate",
      shownDir,
      "--to",
      ended[0]!.dated.find(({ successor }) => successor !== null)?.successor ?? "MODEL",
    ]),
  };
};

/** The budget shape if no budget is among the sources: the shares of a draft are those of its defaults. */
export const foreignBudget: ForeignRule = ({ quotedShape }) => {
  if (quotedShape !== null) return undefined;
  return {
    state: "not-checkable",
    text: "Not checkable, because no source states a budget: the shares of the draft would be those of its defaults.",
    action: "set quoted in programme.yaml to the budget as booked",
  };
};
