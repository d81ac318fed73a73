import { formatNumber } from "../../base/units.ts";
import { counted } from "../../base/words.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { TrainedVersion } from "../facts.ts";
import type { ScoreContrast } from "../found-facts.ts";
import { noPrice, type Outcome, type Rule } from "../rule.ts";
import { LAST_RUN, searchedText, withoutRun } from "./data-rules.ts";

/** Rule 6: rows that were never compared with the test set. */
export const noContaminationCheck: Rule = {
  id: "no-contamination-check",
  number: 6,
  mistake: "no contamination check",
  check: (facts) => {
    const { curation } = facts.study;
    const { trained, contrasts } = facts;
    if (trained !== null && trained.testRows.count > 0) return testRowsFound(trained, contrasts);
    if (contrasts.length > 0) return foundByEvaluation(contrasts);
    const contamination = curation === null || curation.state === "stale" ? undefined : curation.contamination;
    if (!contamination && trained !== null && trained.sets.length > 0) return noTestRows(trained);
    if (contamination === undefined) return trained === null ? withoutRun(facts) : withoutSet(trained);
    if (contamination === null) {
      return {
        state: "finding",
        text: "The last data run has no stage decontaminate, so test items may be in the training rows.",
        evidence: [{ place: facts.place(["data", "pipeline"]), says: "no stage decontaminate ran" }],
        price: noPrice("scores with and without contaminated items are unknown", "run the check, then evaluate again"),
        action: "tunewright data decontaminate TRAIN --against EVAL",
      };
    }
    const against = contamination.against.join(", ");
    return {
      state: "pass",
      text: `Rows were compared with ${against}; ${counted(contamination.dropped, "row")} dropped.`,
      evidence: [{ place: LAST_RUN, says: `decontaminate against ${against}` }],
    };
  },
};

/** Items of the evaluation files in the training files of the programme. */
export const trainingRowsInTestSet: Rule = {
  id: "training-rows-in-test-set",
  number: null,
  mistake: "training rows in the test set",
  check: ({ sharedRows: shared, sharedProblem, programme, place }) => {
    if (shared === null) {
      return {
        state: "not-checkable",
        text: `Not checkable, because ${sharedProblem ?? "the programme does not name both training files and evaluation files"}.`,
        action: "list the test file under data.files with role: eval",
        evidence: programme.data.files.map(({ path, role }, index) => ({
          place: place(["data", "files", index]),
          says: `${path}: role ${role}`,
        })),
      };
    }
    const { training, evaluation, searched, items, count, first } = shared;
    const [head, ...rest] = first;
    const compared = `${counted(searched, "row")} of ${training.join(", ")} compared with ${counted(items, "item")} of ${evaluation.join(", ")}, word for word`;
    if (head === undefined) {
      return {
        state: "pass",
        text: "No training row contains an item of an evaluation file; the check was run now. Paraphrases: tunewright data decontaminate.",
        evidence: [{ place: evaluation[0]!, says: compared }],
      };
    }
    return {
      state: "finding",
      text: `${counted(count, "training row")} of ${searched} ${count === 1 ? "contains" : "contain"} an item of ${evaluation.join(", ")}: a score on it partly measures what the model has seen.`,
      evidence: [head, ...rest, { place: evaluation[0]!, says: compared }],
      price: noPrice("scores with and without these items are unknown", "remove the rows, train, and evaluate"),
      action: `tunewright data decontaminate ${training[0]!} --against ${evaluation[0]!}`,
    };
  },
};

/** Evidence of a score with and without contaminated items. */
export function contrastEvidence(contrast: ScoreContrast): AuditEvidence {
  return { place: contrast.place, says: contrastText(contrast) };
}

/** The price of contaminated items: not money, but scores. */
export function contrastPrice(contrasts: readonly ScoreContrast[], otherwise: Quantity): Quantity {
  const [first, ...rest] = contrasts;
  if (first === undefined) return otherwise;
  return noPrice(
    `it is a difference of scores: ${rest.length === 0 ? contrastText(first) : `see the ${contrasts.length} results above`}`,
    "compare versions by the score without these items",
  );
}

function contrastText({ target, scorer, items, score, cleanItems, cleanScore }: ScoreContrast): string {
  return `${scorer} of ${target} is ${scoreText(score)} on ${counted(items, "item")}, and ${scoreText(cleanScore)} on the ${cleanItems} that share nothing with training rows`;
}

function scoreText(score: number | null): string {
  return score === null ? "unknown" : formatNumber(score, 3);
}

function testRowsFound(trained: TrainedVersion, contrasts: readonly ScoreContrast[]): Outcome {
  const {
    folder,
    testRows: { count, first },
  } = trained;
  const [head, ...rest] = first.map(({ row, set, item }) => ({
    place: `${folder}, row ${row}`,
    says: `item ${item} of ${setText(set)}, word for word`,
  }));
  return {
    state: "finding",
    text: `${counted(count, "training row")} ${count === 1 ? "contains" : "contain"} items of a test set; the check was run now on ${searchedText(trained)}.`,
    evidence: [head!, ...rest, ...contrasts.map(contrastEvidence)],
    price: contrastPrice(
      contrasts,
      noPrice("scores with and without these items are unknown", "evaluate again without them"),
    ),
    action: `tunewright data decontaminate ${folder} --against FOLDER-OF-THE-SET, train again, and evaluate again`,
  };
}

/** A test set as text: a locked set by its name, or a file of items. */
function setText(set: string): string {
  return set.includes("/") ? set : `the locked set ${set}`;
}

/** Items that an evaluation itself found in the training rows of its target. */
function foundByEvaluation(contrasts: readonly ScoreContrast[]): Outcome {
  const [first, ...rest] = contrasts.map(contrastEvidence);
  const most = Math.max(...contrasts.map(({ items, cleanItems }) => items - cleanItems));
  return {
    state: "finding",
    text: `${counted(contrasts.length, "evaluation")} with items that training rows contain, ${counted(most, "item")} at most.`,
    evidence: [first!, ...rest],
    price: contrastPrice(contrasts, noPrice("scores are unknown", "evaluate again")),
    action: "remove these items from the set, or these rows from the training data, and evaluate again",
  };
}

function withoutSet({ folder }: TrainedVersion): Outcome {
  return {
    state: "not-checkable",
    text: "Not checkable, because no locked test set exists to compare the training version with.",
    action: "tunewright data freeze FILE --out FOLDER, then tunewright eval init NAME --set FOLDER",
    evidence: [{ place: folder, says: "trained on" }],
  };
}

function noTestRows(trained: TrainedVersion): Outcome {
  const says = `${searchedText(trained)} compared with ${trained.sets.join(", ")}, word for word: no item in them`;
  return {
    state: "pass",
    text: "No training row contains an item of a test set verbatim; the check was run now. Paraphrases: tunewright data decontaminate.",
    evidence: [{ place: trained.folder, says }],
  };
}
