import { counted } from "../../base/words.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import type { AuditFacts, ReleaseFact } from "../facts.ts";
import { noPrice, type Outcome, type Rule } from "../rule.ts";

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

/**
 * Releases compared with evaluations: a release is evaluated if a completed evaluation names its model, version or
 * alias.
 */
function ofReleases({ state, evaluations, study }: AuditFacts): Outcome {
  const namesOf = ({ model, version, marks }: ReleaseFact): string[] => [
    model,
    `${model}:${version}`,
    `${model}/${version}`,
    `${model}-v${version}`,
    ...marks.map((mark) => `${model}@${mark}`),
  ];
  const evaluationOf = (release: ReleaseFact): EvaluationResult | undefined => {
    const names = namesOf(release);
    return evaluations.find(
      ({ target, model, servedModels, isComplete }) =>
        isComplete && [target, model ?? "", ...servedModels].some((name) => names.includes(name)),
    );
  };
  const judged = state.releases.map((release) => ({ release, evaluation: evaluationOf(release) }));
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

/** Rule 8: the test set is not locked, or has changed since it was locked. */
export const testSetMoved: Rule = {
  id: "test-set-moved",
  number: 8,
  mistake: "test set moved",
  check: ({ lock, setChecks, setProblem, evaluations }) => {
    const sets = Object.entries(lock?.sets ?? {});
    if (sets.length === 0 && evaluations.length === 0) {
      return {
        state: "not-checkable",
        text: "Not checkable, because there is no testset.lock and no evaluation.",
        action: "tunewright data freeze FILE --out FOLDER, then tunewright eval init NAME --set FOLDER",
      };
    }
    const digests = new Set(sets.map(([, { digest }]) => digest));
    const off = evaluations.filter(({ fingerprints }) => !digests.has(fingerprints.set));
    const changed = setChecks.filter(({ ok }) => !ok);
    const evidence = [
      ...changed.map(({ set, differenceCount }) => ({
        place: `testset.lock, sets.${set}`,
        says: `${counted(differenceCount, "difference")} from what is pinned`,
      })),
      ...off.map(({ id }) => ({
        place: `evaluations/${id}/result.json, fingerprints.set`,
        says: "the digest of no locked set",
      })),
    ];
    const [first, ...rest] = evidence;
    if (first !== undefined) {
      return {
        state: "finding",
        text: `The test set differs from the pinned one. ${counted(evaluations.length, "evaluation")} rest on it, and so do the decisions made with them.`,
        evidence: [first, ...rest],
        price: noPrice(
          "the decisions that rest on the set have no price in the folder",
          "judge the gates again on a locked set",
        ),
        action: "tunewright eval verify",
      };
    }
    if (setProblem !== null) {
      const text = `Not checkable, because ${setProblem}.`;
      return { state: "not-checkable", text, action: "tunewright eval verify" };
    }
    return {
      state: "pass",
      text: `${counted(sets.length, "locked set")} unchanged, byte for byte; every evaluation used one of them.`,
      evidence: [
        { place: `testset.lock, sets.${sets[0]![0]}`, says: `digest ${sets[0]![1].digest}` },
        ...sets
          .slice(1)
          .map(([name, { digest }]) => ({ place: `testset.lock, sets.${name}`, says: `digest ${digest}` })),
      ],
    };
  },
};
