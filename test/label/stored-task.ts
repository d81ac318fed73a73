import { LabelTaskSpec } from "../../src/domain/label-task.ts";
import { addTaskRows, createTaskVersion } from "../../src/programme/labels/manage-tasks.ts";
import { dataFolder, openStore } from "../../src/store/open-store.ts";

/** A task `tone` with one row in the state of a folder. */
export async function storedTask(folder: string): Promise<void> {
  const now = (): Date => new Date("2026-11-25T12:00:00Z");
  const store = await openStore({ dataDir: dataFolder(folder) }, now);
  try {
    const spec = LabelTaskSpec.parse({
      task: "tone",
      guideline: "Choose the tone.",
      rows: { file: "train.jsonl" },
      answer: { type: "class", labels: ["calm", "angry"] },
    });
    await createTaskVersion(store, spec, { programme: "first", nowMs: now().getTime() });
    const row = { row: "1".repeat(24), source: "train.jsonl", line: 1, fields: { text: "hello" }, wanted: 1 };
    await addTaskRows(store, "tone", [{ ...row, stratum: null, score: null, gold: null, suggestion: null }]);
  } finally {
    await store.close();
  }
}
