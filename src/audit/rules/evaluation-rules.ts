import { counted } from "../../base/words.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import type { AuditFacts, ReleaseFact } from "../facts.ts";
import type { Outcome, Rule } from "../rule.ts";

/** Rule 4: a release without an evaluation. */
export const noEvaluation: Rule = {
  id: "no-evaluation",
  number: 4,
  mistake: "no evaluation before a release",
  check: (facts) => {
    const { programme, evaluations, study, place, state } = facts;
    if (state.releases.length > 0) return ofReleases(facts);
    const planned = { place: place(["evaluation", "evaluations"]), says: "0 evaluations before launch" };
    if (programme.evaluation.evaluations === 0 && evaluations.length === 0) {
      return {
        state: "finding",
        text: "The plan has no evaluation before launch, and none has run. The price is that of one retraining run; no probability is assumed.",
        evidence: [planned],
        price: study.training.costPerRun,
        action: "tunewright eval init NAME --set FOLDER, then set evaluation.evaluations",
      };
    }
    const finished = state.jobs.filter((job) => job.state === "done-verified").length;
    return {
      state: "not-checkable",
      text: `Not checkable, because no version has an alias or is in production; ${counted(finished, "training job")} and ${counted(evaluations.length, "evaluation")} finished.`,
      action: evaluations.length === 0 ? "tunewright eval init NAME --set FOLDER" : "tunewright eval gate NAME",
      evidence: evaluations.map(({ id, target }) => ({ place: `evaluations/${id}/result.json`, says: `of ${target}` })),
    };
  },
};

/** Completed evaluations of a release: those that name its model, version or alias. */
export function evaluationsOf(
  { model, version, marks }: ReleaseFact,
  evaluations: readonly EvaluationResult[],
): EvaluationResult[] {
  const names = [
    model,
    `${model}:${version}`,
    `${model}/${version}`,
    `${model}-v${version}`,
    ...marks.map((mark) => `${model}@${mark}`),
  ];
  return evaluations.filter(
    ({ target, model: asked, servedModels, isComplete }) =>
      isComplete && [target, asked ?? "", ...servedModels].some((name) => names.includes(name)),
  );
}

/** Releases compared with their evaluations. */
function ofReleases({ state, evaluations, study }: AuditFacts): Outcome {
  const judged = state.releases.map((release) => ({ release, evaluation: evaluationsOf(release, evaluations)[0] }));
  const evidence = judged.map(({ release: { model, version, marks }, evaluation }) => ({
    place: `registered model ${model}, version ${version}`,
    says: `released (${marks.join(", ")}); ${evaluation === undefined ? "no finished evaluation names it" : `evaluated by evaluations/${evaluation.id}/result.json`}`,
  })) as [AuditEvidence, ...AuditEvidence[]];
  const missing = judged.filter(({ evaluation }) => evaluation === undefined);
  if (missing.length === 0) {
    return { state: "pass", text: "Every released version has a finished evaluation.", evidence };
  }
  return {
    state: "finding",
    text: `${counted(missing.length, "released version")} of ${judged.length} without a finished evaluation. The price is one retrain; no probability is invented.`,
    evidence,
    price: study.training.costPerRun,
    action: "tunewright eval run NAME on the released version, with its name as the target",
  };
}
