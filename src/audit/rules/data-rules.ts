import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import type { AuditFacts, TrainedVersion } from "../facts.ts";
import { noPrice, type Outcome, type Rule } from "../rule.ts";

/** Location of the results of the last data run. */
const RUN = "last data run";

/** Rule 6: rows that were never compared with the test set. */
export const noContaminationCheck: Rule = {
  id: "no-contamination-check",
  number: 6,
  mistake: "no contamination check",
  check: (facts) => {
    const { curation } = facts.study;
    const { trained } = facts;
    if (trained !== null && trained.testRows.count > 0) return testRowsFound(trained);
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
      evidence: [{ place: RUN, says: `decontaminate against ${against}` }],
    };
  },
};

/** Rule 7: personal data in the trained rows. */
export const personalData: Rule = {
  id: "personal-data",
  number: 7,
  mistake: "personal data in training rows",
  check: (facts) => {
    const { study, programme, place } = facts;
    const { curation } = study;
    const { trained } = facts;
    if (trained !== null && trained.personalData.length > 0) return personalDataFound(trained, facts);
    if (curation === null || curation.state === "stale") {
      return trained === null ? withoutRun(facts) : noPersonalData(trained);
    }
    const declared = programme.data.personalData;
    const found = curation.personalData;
    const declaredEvidence = { place: place(["data", "personalData"]), says: `the raw rows contain: ${declared}` };
    if (found === null) {
      if (declared === "none") {
        return {
          state: "not-checkable",
          text: "Not checkable, because the last data run has no stage redact: the declaration that there is no personal data was not checked.",
          action: "tunewright data redact FILE",
          evidence: [declaredEvidence],
        };
      }
      return {
        state: "finding",
        text: `Personal data is declared (${declared}), and the training rows were never redacted.`,
        evidence: [declaredEvidence, { place: RUN, says: "no stage redact ran" }],
        price: study.training.cost,
        dutyBreached: true,
        action: "add the stage redact to data.pipeline, then tunewright data run",
      };
    }
    if (found.leaks > 0 && found.leaksKept) {
      return {
        state: "finding",
        text: `${counted(found.leaks, "row")} with personal data after redaction were kept. The price is that of training again.`,
        evidence: [{ place: RUN, says: `${found.leaks} leaks kept by redact` }],
        price: study.training.cost,
        dutyBreached: true,
        action: "drop leaks in the stage redact, then tunewright data run",
      };
    }
    return {
      state: "pass",
      text: "The rows that passed were redacted and searched again; no personal data was kept.",
      evidence: [
        { place: RUN, says: `redact found ${counted(found.entities.length, "kind")} of personal data, no leak kept` },
      ],
    };
  },
};

/** A prompt with different answers in the trained version. */
export const labelsInConflict: Rule = {
  id: "labels-in-conflict",
  number: null,
  mistake: "labels in conflict",
  check: (facts) => {
    const { trained, study } = facts;
    if (trained === null) return withoutRun(facts);
    const { count, first } = trained.conflicts;
    const [head, ...rest] = first.map(({ row, earlier }) => ({
      place: `${trained.folder}, row ${row}`,
      says: `the prompt of row ${earlier}, with another answer`,
    }));
    if (head === undefined) {
      const says = `${searchedText(trained)} searched`;
      return {
        state: "pass",
        text: "No prompt of the version that was trained on has two answers.",
        evidence: [{ place: trained.folder, says }],
      };
    }
    return {
      state: "finding",
      text: `${counted(count, "row")} repeat an earlier prompt with a different answer; searched: ${searchedText(trained)}. The price is that of training again after they are resolved.`,
      evidence: [head, ...rest],
      price: study.training.costPerRun,
      action: `tunewright data dedup ${trained.folder}, settle the conflicts that it lists, then freeze and train again`,
    };
  },
};

function searchedText({ searched, rows }: TrainedVersion): string {
  return searched === rows ? `all ${counted(rows, "row")}` : `the first ${searched} of ${counted(rows, "row")}`;
}

function testRowsFound(trained: TrainedVersion): Outcome {
  const {
    folder,
    testRows: { count, first },
  } = trained;
  const [head, ...rest] = first.map(({ row, set, item }) => ({
    place: `${folder}, row ${row}`,
    says: `item ${item} of the locked set ${set}, word for word`,
  }));
  return {
    state: "finding",
    text: `${counted(count, "training row")} contain items of a locked test set; the check was run now on ${searchedText(trained)}.`,
    evidence: [head!, ...rest],
    price: noPrice("scores with and without these items are unknown", "evaluate again without them"),
    action: `tunewright data decontaminate ${folder} --against FOLDER-OF-THE-SET, train again, and evaluate again`,
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
    text: "No training row contains an item of a locked set verbatim; the check was run now. Paraphrases: tunewright data decontaminate.",
    evidence: [{ place: trained.folder, says }],
  };
}

function personalDataFound(trained: TrainedVersion, { study }: AuditFacts): Outcome {
  const kinds = trained.personalData.map(({ entity, rows }) => `${entity} in ${counted(rows, "row")}`).join(", ");
  return {
    state: "finding",
    text: "A search of the version that was trained on found personal data. The price is that of training again.",
    evidence: [{ place: trained.folder, says: `${kinds}; searched: ${searchedText(trained)}` }],
    price: study.training.cost,
    dutyBreached: true,
    action: "add the stage redact to data.pipeline, then tunewright data run, data freeze and train again",
  };
}

function noPersonalData(trained: TrainedVersion): Outcome {
  return {
    state: "pass",
    text: "The version that was trained on was searched now by pattern, and nothing was found. Names were not searched for; tunewright data redact does that.",
    evidence: [{ place: trained.folder, says: `searched: ${searchedText(trained)}; no personal data found` }],
  };
}

function withoutRun(facts: AuditFacts): Outcome {
  const { study, shownDir, place, programme, trainedProblem } = facts;
  if (trainedProblem !== null) {
    return {
      state: "not-checkable",
      text: `Not checkable, because ${trainedProblem}.`,
      action: "restore the version from a backup, or freeze the rows again and train on the new version",
    };
  }
  const rows = study.datasets
    .filter((_dataset, index) => study.files[index]?.role === "train")
    .reduce((sum, { validRows }) => sum + validRows, 0);
  const planned = programme.data.plannedRows.toLocaleString("en-US");
  const because =
    study.curation === null
      ? "no data run exists, so no training version exists"
      : "the last data run used other files or another pipeline";
  return {
    state: "not-checkable",
    text: `Not checkable, because ${because}. The files contain ${counted(rows, "training row")} of the ${planned} planned.`,
    action: commandLine(["data", "run", shownDir]),
    evidence: [{ place: place(["data", "plannedRows"]), says: `${planned} rows are planned` }],
  };
}
