import { resolve } from "node:path";

import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { AgreementReport } from "../../domain/agreement.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  labels: z.string().min(1).optional().describe("File with one row per label that a rater gave to an item"),
  task: z.string().min(1).optional().describe("Labelling task, instead of a file"),
  item: z.string().min(1).default("item").describe("Field with the item"),
  rater: z.string().min(1).default("rater").describe("Field with the rater"),
  label: z.string().min(1).default("label").describe("Field with the label; empty if there is none"),
  versionField: z.string().min(1).optional().describe("Field with the version of the guideline"),
  seed: z.int().min(0).default(1).describe("Seed of the intervals"),
});

/** `tunewright data agree`: computes the agreement between raters. */
export default defineCommand({
  description:
    "Measure the agreement of raters: percent agreement, Cohen, Scott, Fleiss, Krippendorff, Gwet, Bennett and Randolph, each with a bootstrap interval over items; also by label, by rater and by guideline version. A coefficient without a value has a reason.",
  args: ["labels"],
  options: Options,
  output: AgreementReport,
  examples: ["data agree labels.csv", "data agree labels.csv --item id --rater annotator --label tone"],
  run: async (io, { labels, task, item, rater, label, versionField, seed }) => {
    const { agreeText } = await import("../../programme/labels/agree-text.ts");
    if ((labels === undefined) === (task === undefined)) {
      throw new Failure("bad_input", "expected either a file of labels or --task", {
        hint: "tunewright data agree FILE",
      });
    }
    if (labels !== undefined) {
      const { agreeFile } = await import("../../programme/labels/agree-file.ts");
      const report = await agreeFile(resolve(io.cwd, labels), {
        shown: labels,
        fields: { item, rater, label, version: versionField },
        seed,
      });
      return { json: report, text: () => agreeText(report) };
    }
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { agreeTask } = await import("../../programme/labels/manage-tasks.ts");
    const report = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.labels },
      {
        local: (store) => agreeTask(store, task!),
        path: `/labels/${encodeURIComponent(task!)}/agreement`,
        output: AgreementReport,
      },
    );
    return { json: report, text: () => agreeText(report), next: `tunewright data adjudicate ${task!}` };
  },
});
