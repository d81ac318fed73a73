import { join } from "node:path";

/** Where the files of a synthesis lie, below the programme folder. */
export type SynthesisFolder = {
  /** Answers that were paid for, what a run that was killed continues from. */
  answers: string;
  /** Answers of the judge. */
  judged: string;
  /** Rows that failed a check, with check and reason. */
  dropped: string;
  /** Rows that are about to be frozen. */
  rows: string;
  /** Frozen versions: `v1`, `v2` and on, each with its record as `v1.json` next to it. */
  versions: string;
};

/** Folder of generated rows that are sealed. */
const SEALED = "synthetic";

/** The files of a synthesis, as names below the programme folder. */
export function synthesisFolder(name: string): SynthesisFolder {
  const work = join(".tunewright", "synthesize", name);
  return {
    answers: join(work, "answers.jsonl"),
    judged: join(work, "judge", "answers.jsonl"),
    dropped: join(work, "dropped.jsonl"),
    rows: join(work, "rows.jsonl"),
    versions: join(SEALED, name),
  };
}
