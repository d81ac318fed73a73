import { join } from "node:path";

/** Paths of the files of a synthesis, below the programme folder. */
export type SynthesisFolder = {
  /** Paid answers, from which an interrupted run continues. */
  answers: string;
  /** Answers of the judge. */
  judged: string;
  /** Rows that failed a check, with check and reason. */
  dropped: string;
  /** Result of the last pilot alone; the cost estimate uses it until a version is sealed. */
  pilot: string;
  /** Rows to be frozen. */
  rows: string;
  /** Frozen versions: `v1`, `v2` and so on, each with its record in `v1.json` next to it. */
  versions: string;
};

/** Folder of frozen generated rows. */
const SEALED = "synthetic";

/** The file names of a synthesis, below the programme folder. */
export function synthesisFolder(name: string): SynthesisFolder {
  const work = join(".tunewright", "synthesize", name);
  return {
    answers: join(work, "answers.jsonl"),
    judged: join(work, "judge", "answers.jsonl"),
    dropped: join(work, "dropped.jsonl"),
    pilot: join(work, "pilot.json"),
    rows: join(work, "rows.jsonl"),
    versions: join(SEALED, name),
  };
}
