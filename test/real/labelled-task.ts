import { LabelTaskSpec } from "../../src/domain/label-task.ts";
import { addTaskRows, createTaskVersion, inviteMember } from "../../src/programme/labels/manage-tasks.ts";
import { accountOfSession } from "../../src/programme/accounts/sign-in.ts";
import { answerItem, signIn, takeItems } from "../../src/programme/labels/work-on-task.ts";
import { dataFolder, openStore } from "../../src/store/open-store.ts";

const ROWS = 20;

/** A task `tone` in the state of a folder whose rows two people have answered: rows 12 and 13 in two ways. */
export async function labelledTask(folder: string): Promise<void> {
  const now = (): Date => new Date("2026-11-25T12:00:00Z");
  const nowMs = now().getTime();
  const store = await openStore({ dataDir: dataFolder(folder) }, now);
  try {
    const spec = LabelTaskSpec.parse({
      task: "tone",
      guideline: "Choose the tone.",
      rows: { file: "train.jsonl" },
      answer: { type: "class", labels: ["calm", "angry"] },
    });
    await createTaskVersion(store, spec, { programme: "first", nowMs });
    const rows = Array.from({ length: ROWS }, (_, index) => ({
      row: String(index).padStart(24, "0"),
      source: "train.jsonl",
      line: index + 1,
      fields: { text: `Ticket ${index}` },
      wanted: 2,
      stratum: null,
      score: null,
      gold: null,
      suggestion: null,
    }));
    await addTaskRows(store, "tone", rows);
    for (const name of ["Mia", "Noor"]) {
      const { path } = await inviteMember(store, { task: "tone", name, role: "annotator" }, nowMs);
      const { token } = await signIn(store, path.split("#")[1]!, nowMs);
      const by = { account: (await accountOfSession(store, token, nowMs))!, nowMs };
      for (let round = 0; round < ROWS; round++) {
        const { items } = await takeItems(store, { task: "tone", limit: 10 }, by);
        for (const { item } of items) {
          const isDisputed = item === 12 || item === 13;
          const answer = item % 3 === 0 || (isDisputed && name === "Noor") ? "angry" : "calm";
          const given = isDisputed && name === "Mia" ? "calm" : answer;
          const request = {
            task: "tone",
            key: `${name}-${item}-answer`,
            item,
            version: 1,
            answer: given,
            reason: null,
          };
          await answerItem(store, { ...request, activeMs: 20_000 }, by);
        }
      }
    }
  } finally {
    await store.close();
  }
}
