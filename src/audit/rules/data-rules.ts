import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { AuditFacts, TrainedVersion } from "../facts.ts";
import type { Outcome, Rule } from "../rule.ts";

/** Duties that are named in the evidence; the text states how many others there are. */
const NAMED_DUTIES = 6;

/** Location of the results of the last data run. */
export const LAST_RUN = "last data run";

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
        evidence: [declaredEvidence, { place: LAST_RUN, says: "no stage redact ran" }, ...personalDuties(facts)],
        price: study.training.cost,
        dutyBreached: true,
        action: "add the stage redact to data.pipeline, then tunewright data run",
      };
    }
    if (found.leaks > 0 && found.leaksKept) {
      return {
        state: "finding",
        text: `${counted(found.leaks, "row")} with personal data after redaction were kept. The price is that of training again.`,
        evidence: [{ place: LAST_RUN, says: `${found.leaks} leaks kept by redact` }, ...personalDuties(facts)],
        price: study.training.cost,
        dutyBreached: true,
        action: "drop leaks in the stage redact, then tunewright data run",
      };
    }
    return {
      state: "pass",
      text: "The rows that passed were redacted and searched again; no personal data was kept.",
      evidence: [
        {
          place: LAST_RUN,
          says: `redact found ${counted(found.entities.length, "kind")} of personal data, no leak kept`,
        },
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

/** Number of rows that were searched, as text. */
export function searchedText({ searched, rows }: TrainedVersion): string {
  return searched === rows ? `all ${counted(rows, "row")}` : `the first ${searched} of ${counted(rows, "row")}`;
}

/** Obligations in force that concern personal data, as evidence. */
function personalDuties({ duties }: AuditFacts): AuditEvidence[] {
  const ids = duties.filter(({ id }) => /^(?:GDPR|HIPAA)-/.test(id)).map(({ id }) => id);
  if (ids.length === 0) return [];
  const named = ids.slice(0, NAMED_DUTIES).join(", ");
  const more = ids.length > NAMED_DUTIES ? ` and ${ids.length - NAMED_DUTIES} more` : "";
  return [{ place: "comply show", says: `duties in force for personal data: ${named}${more}` }];
}

function personalDataFound(trained: TrainedVersion, facts: AuditFacts): Outcome {
  const kinds = trained.personalData.map(({ entity, rows }) => `${entity} in ${counted(rows, "row")}`).join(", ");
  return {
    state: "finding",
    text: "A search of the version that was trained on found personal data. The price is that of training again.",
    evidence: [
      { place: trained.folder, says: `${kinds}; searched: ${searchedText(trained)}` },
      ...personalDuties(facts),
    ],
    price: facts.study.training.cost,
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

/** The answer without rows that can be searched. */
export function withoutRun(facts: AuditFacts): Outcome {
  const { study, shownDir, place, programme, trainedProblem, gone } = facts;
  if (trainedProblem !== null) {
    return {
      state: "not-checkable",
      text: `Not checkable, because ${trainedProblem}.`,
      action: "restore the version from a backup, or freeze the rows again and train on the new version",
    };
  }
  const goneRows = programme.data.files.filter(({ path, role }) => role !== "eval" && gone.includes(path));
  if (goneRows.length > 0) return filesGone(goneRows.map(({ path }) => path));
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

/** The answer of a rule that reads rows, if files with rows are gone. */
export function filesGone(gone: readonly string[]): Outcome {
  return {
    state: "not-checkable",
    text: `Not checkable, because ${goneText(gone)}.`,
    action: "restore the file, or remove it from data.files",
  };
}

/** Files that are gone, as a clause. */
export function goneText(gone: readonly string[]): string {
  return `${gone.join(", ")} ${gone.length === 1 ? "no longer exists" : "no longer exist"}`;
}
