import { jsonl } from "../rows.ts";

/** A programme whose rows are checked, redacted and compared. */
export const PROGRAMME = `version: 1
name: Garbage
task: {kind: chat, goals: [style]}
model: {base: Qwen/Qwen2.5-7B}
data:
  files: [{path: data.jsonl, role: train, origin: own}]
  plannedRows: 1000
  meanTokens: 100
  pipeline:
    - stage: trainable
    - stage: redact
    - stage: exact
`;

/** Personal data in every row. */
export const SECRET = "ada.lovelace@example.com";

/** Thirty rows, and one that no format covers. */
export const ROWS = jsonl([
  ...Array.from({ length: 30 }, (_, n) => ({ prompt: `question ${n}`, completion: `answer ${n} from ${SECRET}` })),
  { instruction: "", note: SECRET },
]);

/** Its files. */
export const FILES = { "programme.yaml": PROGRAMME, "data.jsonl": ROWS };
