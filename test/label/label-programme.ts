import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const GUIDELINE = `# Tone of a ticket

Choose the tone of the **customer**, not of the agent.

- calm: facts and questions
- upset: complaints without threats
- angry: threats, insults, capitals

1. Read the whole ticket.
2. Where two tones fit, take the stronger one.
`;

/** A programme in a folder of its own with rows to label, a task over them, and a pipeline that joins its first seal. */
export async function labelProgramme({
  rows = 50,
  task = "",
  pipeline = "  pipeline:\n    - stage: labels\n      seal: labels/tone/1.json\n      field: tone\n",
}: {
  rows?: number;
  /** Lines of the task file on top of those that every one has. */
  task?: string;
  pipeline?: string;
} = {}): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "tunewright-label-"));
  const lines = Array.from({ length: rows }, (_, index) =>
    JSON.stringify({
      text:
        index === 3 ? 'מתי יגיע המשלוח? <img src=x onerror="alert(1)">' : `Ticket ${index}: the parcel is late, again`,
      score: index,
      customer: index % 2 === 0 ? "old" : "new",
    }),
  );
  await writeFile(join(dir, "rows.jsonl"), `${lines.join("\n")}\n`);
  await writeFile(join(dir, "guideline.md"), GUIDELINE);
  await writeFile(
    join(dir, "tone.yaml"),
    `task: tone
guideline: guideline.md
rows:
  file: rows.jsonl
show: [text]
answer:
  type: class
  labels: [calm, upset, angry]
${task}`,
  );
  await writeFile(
    join(dir, "programme.yaml"),
    `version: 1
name: Tickets
task:
  kind: classification
  goals: [format]
model:
  base: Qwen/Qwen2.5-7B
data:
  files:
    - path: rows.jsonl
      role: train
      origin: own
  plannedRows: 50
  annotatorUsdPerHour: "45"
${pipeline}`,
  );
  return dir;
}
