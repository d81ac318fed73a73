import { counted } from "../../base/words.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import type { AuditFacts } from "../facts.ts";
import { noPrice, type Rule } from "../rule.ts";
import { evaluationsOf } from "./evaluation-rules.ts";

/** Rule 8: the test set is not locked, or has changed since it was locked. */
export const testSetMoved: Rule = {
  id: "test-set-moved",
  number: 8,
  mistake: "test set moved",
  check: (facts) => {
    const { lock, setChecks, setProblem, evaluations } = facts;
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
    const [first, ...rest] = [
      ...changed.map(({ set, differenceCount }) => ({
        place: `testset.lock, sets.${set}`,
        says: `${counted(differenceCount, "difference")} from what is pinned`,
      })),
      ...off.map(({ id }) => ({
        place: `evaluations/${id}/result.json, fingerprints.set`,
        says: "the digest of no locked set",
      })),
    ];
    if (first !== undefined) {
      const { text, evidence } = restingOn(facts, { off, moved: new Set(changed.map(({ set }) => set)) });
      return {
        state: "finding",
        text: `The test set differs from the pinned one. ${text}`,
        evidence: [first, ...rest, ...evidence],
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

/** A list as `a, b and c`. */
const LIST = new Intl.ListFormat("en-GB");

/** Sets that moved: evaluations on a set that is not locked, and names of locked sets that changed. */
type Moved = { off: readonly EvaluationResult[]; moved: ReadonlySet<string> };

/** The evaluations, gates and releases that rest on sets that moved. A release with another evaluation does not. */
function restingOn(
  { evaluations, statedGates, state }: AuditFacts,
  { off, moved }: Moved,
): { text: string; evidence: AuditEvidence[] } {
  const onMoved = evaluations.filter(({ set }) => moved.has(set.name));
  const resting = evaluations.filter((result) => off.includes(result) || onMoved.includes(result));
  const sound = evaluations.filter((result) => !resting.includes(result));
  const judges = (results: readonly EvaluationResult[], name: string): boolean =>
    results.some(({ evaluation }) => evaluation === name);
  const gates = statedGates.filter(
    ({ set, evaluation }) => moved.has(set) || (judges(resting, evaluation) && !judges(sound, evaluation)),
  );
  const releases = state.releases.flatMap((release) => {
    const [own] = evaluationsOf(release, resting);
    return own === undefined || evaluationsOf(release, sound).length > 0 ? [] : [{ ...release, own }];
  });
  const counts = [
    [resting.length, "evaluation"],
    [gates.length, "gate"],
    [releases.length, "released version"],
  ] as const;
  const named = counts.filter(([count]) => count > 0).map(([count, noun]) => counted(count, noun));
  const verb = counts.reduce((sum, [count]) => sum + count, 0) === 1 ? "rests" : "rest";
  return {
    text: named.length === 0 ? "Nothing in the folder rests on it." : `${LIST.format(named)} ${verb} on it.`,
    evidence: [
      ...onMoved.map(({ id, target, set }) => ({
        place: `evaluations/${id}/result.json`,
        says: `of ${target}, on the set ${set.name}`,
      })),
      ...gates.map(({ file, gate }) => ({ place: `${file}, gates, ${gate}`, says: "decides on results of this set" })),
      ...releases.map(({ model, version, marks, own }) => ({
        place: `registered model ${model}, version ${version}`,
        says: `released (${marks.join(", ")}) on evaluations/${own.id}/result.json`,
      })),
    ],
  };
}
