import { counted } from "../../base/words.ts";
import { noPrice, type Rule } from "../rule.ts";

/** Rule 4: a release that no evaluation stands behind. */
export const noEvaluation: Rule = {
  id: "no-evaluation",
  number: 4,
  mistake: "no evaluation before a release",
  check: ({ programme, evaluations, study, place }) => {
    const planned = { place: place(["evaluation", "evaluations"]), says: "0 evaluations before launch" };
    if (programme.evaluation.evaluations === 0 && evaluations.length === 0) {
      return {
        state: "finding",
        text: "The plan has no evaluation before launch, and none was made. The price is one retrain; no probability is invented.",
        evidence: [planned],
        price: study.training.costPerRun,
        action: "tunewright eval init NAME --set FOLDER, then set evaluation.evaluations",
      };
    }
    return {
      state: "not-checkable",
      text: `Not checkable, because the folder records no release; ${counted(evaluations.length, "evaluation")} finished.`,
      action: evaluations.length === 0 ? "tunewright eval init NAME --set FOLDER" : "tunewright eval gate NAME",
      evidence: evaluations.map(({ id, target }) => ({ place: `evaluations/${id}/result.json`, says: `of ${target}` })),
    };
  },
};

/** Rule 8: the test set is not locked, or is no longer what was locked. */
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
        text: `The test set is not the one that is pinned. ${counted(evaluations.length, "evaluation")} rest on it, with what was decided by them.`,
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
      text: `${counted(sets.length, "locked set")} unchanged to the byte; every evaluation used one of them.`,
      evidence: [
        { place: `testset.lock, sets.${sets[0]![0]}`, says: `digest ${sets[0]![1].digest}` },
        ...sets
          .slice(1)
          .map(([name, { digest }]) => ({ place: `testset.lock, sets.${name}`, says: `digest ${digest}` })),
      ],
    };
  },
};
