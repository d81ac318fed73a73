import { randomUUID } from "node:crypto";

import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { LabelName } from "../../domain/label-task.ts";
import { DisputeList } from "../../domain/label-work.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  task: z.string().min(1).describe("Name of the task"),
  item: z.int().min(1).optional().describe("Number of the row to decide"),
  answer: z.string().min(1).optional().describe("The answer: a label or a text; a rating or a list of labels as JSON"),
  unresolved: z.boolean().default(false).describe("Leave the row without a label"),
  reason: z.string().min(1).optional().describe("Reason"),
  by: LabelName.optional().describe("Who decided"),
  minutes: z.number().min(0).max(1_440).default(0).describe("Time spent"),
});

/** `tunewright data adjudicate`: decides rows whose answers differ. */
export default defineCommand({
  description:
    "Show the rows of a labelling task whose answers differ, without names. With --item, decide one. An invited adjudicator does the same on the page Label.",
  args: ["task"],
  options: Options,
  output: DisputeList,
  examples: [
    "data adjudicate tone",
    'data adjudicate tone --item 12 --answer angry --reason "threatens to leave" --by QA',
    'data adjudicate tone --item 13 --unresolved --reason "two languages" --by QA',
  ],
  run: async (io, { task, item, answer, unresolved, reason, by, minutes }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { decideByName, listDisputes } = await import("../../programme/labels/work-on-task.ts");
    const { disputesText } = await import("../../programme/labels/label-text.ts");
    const place = { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.labels };
    const path = `/labels/${encodeURIComponent(task)}`;
    const next = `tunewright data label seal ${task} --by NAME`;
    if (item === undefined) {
      const list = await answerFromState(place, {
        local: (store) => listDisputes(store, task),
        path: `${path}/disputes`,
        output: DisputeList,
      });
      return { json: list, text: () => disputesText(list), next };
    }
    if (by === undefined || reason === undefined || (answer === undefined) === !unresolved) {
      throw new Failure("bad_input", "a decision needs --answer or --unresolved, and --reason and --by", {
        hint: "add --answer with the correct answer, or --unresolved; and --reason and --by",
      });
    }
    const request = {
      key: randomUUID(),
      item,
      answer: answer === undefined ? null : parsedAnswer(answer),
      reason,
      by,
      activeMs: Math.round(minutes * 60_000),
    };
    const list = await answerFromState(place, {
      local: (store) => decideByName(store, { task, ...request }, io.now().getTime()),
      path: `${path}/decisions`,
      body: request,
      output: DisputeList,
    });
    return { json: list, text: () => disputesText(list), next };
  },
});

/** A rating or a list of labels is JSON; any other text is the label or the answer itself. */
function parsedAnswer(text: string): string | number | string[] {
  if (!/^(?:-?\d+|\[.*\])$/s.test(text)) return text;
  try {
    return z.union([z.number(), z.array(z.string())]).parse(JSON.parse(text));
  } catch {
    return text;
  }
}
