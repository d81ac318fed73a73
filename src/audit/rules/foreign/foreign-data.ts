import { counted } from "../../../base/words.ts";
import type { AuditEvidence } from "../../../domain/audit.ts";
import type { NamedDataset, TrainingConfig } from "../../../domain/audit-import.ts";
import type { AuditFacts, ForeignFacts } from "../../facts.ts";
import { type ForeignRule, noPrice, type Outcome } from "../../rule.ts";
import { filesGone } from "../data-rules.ts";
import { contrastEvidence, contrastPrice } from "../contamination-rule.ts";
import { isTestSplit } from "./foreign-evaluation.ts";

const SCORES = noPrice("scores with and without the shared items are unknown", "evaluate again without them");

/** Rule 6: a test split or a repeated dataset in the configurations, or test items in the training files. */
export const foreignContamination: ForeignRule = (facts, foreign) => {
  const gone = changedSince(facts, foreign);
  if (gone !== undefined) return gone;
  const splits = foreign.record.configs.flatMap(({ datasets }) => datasets.filter(({ split }) => isTestSplit(split)));
  const repeated = foreign.record.configs.flatMap((config) =>
    repeatedDatasets(config).map((dataset) => ({ dataset, config })),
  );
  const leaking = repeated.filter(
    ({ config }) => config.heldOut.kind === "cut-from-training" && !config.removesDuplicates,
  );
  const [first, ...rest] = [
    ...splits.map(({ place, name, split }) => ({ place, says: `${name}: split ${split} is trained on` })),
    ...leaking.map(({ dataset: { place, name } }) => ({
      place,
      says: `${name} is listed twice, and rows are held out after the two are joined`,
    })),
  ];
  if (first !== undefined) {
    return {
      state: "finding",
      text: `${counted(splits.length + leaking.length, "listed dataset")} ${splits.length + leaking.length === 1 ? "brings" : "bring"} rows that are evaluated on into the training rows.`,
      evidence: [first, ...rest],
      price: SCORES,
      action: "remove the test split from the mixture, train again, and evaluate on it",
    };
  }
  return fromRows(facts, foreign) ?? notCompared(facts, foreign, repeated);
};

/** The answer from the training files themselves, if test items are among the sources. */
function fromRows({ trained, contrasts }: AuditFacts, { shared }: ForeignFacts): Outcome | undefined {
  if (trained === null || shared === null || trained.testRows.count > 0 || shared.sharing === 0) return undefined;
  return {
    state: "finding",
    text: `No test item occurs word for word in the training rows, but ${shared.sharing} of ${shared.items} different test items name an address or a number that training rows name too: rows and tests were not split by person or order.`,
    evidence: [
      {
        place: trained.folder,
        says: `${trained.searched} rows searched for the addresses and numbers of ${shared.items} test items`,
      },
      ...shared.examples.map((place) => ({ place, says: "an address or a number of it is in a training row" })),
      ...contrasts.map(contrastEvidence),
    ],
    price: contrastPrice(contrasts, SCORES),
    action: "split by person: tunewright data split FILE --group-by FIELD, train again, and evaluate again",
  };
}

function notCompared(
  { trained }: AuditFacts,
  { record }: ForeignFacts,
  repeated: readonly { dataset: NamedDataset; config: TrainingConfig }[],
): Outcome | undefined {
  if (trained !== null && trained.sets.length > 0) return undefined;
  const evidence: AuditEvidence[] = [
    ...record.configs.flatMap(({ datasets }) =>
      datasets.map(({ place, name, split }) => ({
        place,
        says: `trains on ${name}${split === null ? "" : `, split ${split}`}`,
      })),
    ),
    ...repeated.map(({ dataset: { place, name }, config }) => ({
      place,
      says: `${name} is listed twice; ${config.removesDuplicates ? "exact duplicates are removed" : "nothing is held out from it"}`,
    })),
  ];
  return {
    state: "not-checkable",
    text: "Not checkable, because the sources do not contain both the training rows and the evaluation items. The name of a dataset is not evidence.",
    action: "tunewright data decontaminate TRAIN --against EVAL",
    evidence,
  };
}

/** Datasets that a configuration lists a second time. */
function repeatedDatasets({ datasets }: TrainingConfig): NamedDataset[] {
  return datasets.filter(({ name, split }, index) =>
    datasets.slice(0, index).some((earlier) => earlier.name === name && earlier.split === split),
  );
}

/** Rule 7: whether every address in the rows is reserved for examples. */
export const foreignPersonalData: ForeignRule = (facts, foreign) => {
  const gone = changedSince(facts, foreign);
  if (gone !== undefined) return gone;
  const { trained, study } = facts;
  const addressed = trained?.personalData.find(({ entity }) => entity === "EMAIL_ADDRESS")?.rows ?? 0;
  if (trained === null || addressed === 0 || foreign.reservedRows < addressed) {
    return trained === null && foreign.record.datasets.length === 0 ? noRows(foreign) : undefined;
  }
  const kinds = trained.personalData.map(({ entity, rows }) => `${entity} in ${counted(rows, "row")}`).join(", ");
  return {
    state: "finding",
    text: `The training rows contain data in the form of personal data. Every address has a domain name reserved for examples (RFC 2606), so the people may be invented: confirm this, because the form alone is not conclusive. The price is that of training again.`,
    evidence: [
      { place: trained.folder, says: `${kinds}; searched: ${trained.searched} of ${trained.rows} rows` },
      {
        place: trained.folder,
        says: `${counted(foreign.reservedRows, "row")} of ${addressed} with an address have only reserved ones`,
      },
    ],
    price: study.training.cost,
    action: "state in the datasheet that the persons are invented, or run tunewright data redact and train again",
  };
};

/** Conflicting labels, if the training rows are not among the sources or have changed. */
export const foreignRows: ForeignRule = (facts, foreign) =>
  changedSince(facts, foreign) ?? (facts.trained === null ? noRows(foreign) : undefined);

function noRows({ record }: ForeignFacts): Outcome {
  const named = record.configs.flatMap(({ datasets }) => datasets);
  return {
    state: "not-checkable",
    text: "Not checkable, because the training rows are not among the sources.",
    action: "import the dataset files too: tunewright audit import CONFIGS DATA.jsonl --out FOLDER",
    evidence: named.map(({ place, name }) => ({ place, says: `names ${name}` })),
  };
}

/** Reason if a dataset file changed or is gone since the import: statements about its rows would be about another version. */
function changedSince({ gone }: AuditFacts, { changed, record }: ForeignFacts): Outcome | undefined {
  if (gone.length > 0) return filesGone(gone);
  if (changed.length === 0) return undefined;
  return {
    state: "not-checkable",
    text: `Not checkable, because ${changed.join(", ")} changed since the import: the hash no longer matches.`,
    action: "restore the file, or import the sources again into a new folder",
    evidence: changed.map((file) => ({
      place: file,
      says: `imported with SHA-256 ${record.datasets.find((dataset) => dataset.file === file)!.sha256.slice(0, 12)}`,
    })),
  };
}
