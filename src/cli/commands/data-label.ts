import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { ExportedAnswers, ImportedAnswers, LabelFormat } from "../../domain/label-exchange.ts";
import { CreatedTask, LabelReport, LabelSeal, LabelTaskList, SealedTask } from "../../domain/label-report.ts";
import { LabelName } from "../../domain/label-task.ts";
import { Invitation, LabelRole } from "../../domain/label-work.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  action: z
    .enum(["create", "invite", "show", "remove", "export", "import", "seal"])
    .describe(
      "create: load a task file; invite, remove: people; show: progress; export, import: answers as a file; seal: fix the labels for data run",
    ),
  task: z.string().min(1).optional().describe("Name of the task; for create: its file; for show: default all"),
  name: LabelName.optional().describe("Person to invite or remove"),
  role: LabelRole.default("annotator"),
  file: z.string().min(1).optional().describe("File to write (export) or read (import)"),
  format: LabelFormat.default("csv"),
  by: LabelName.optional().describe("Who seals"),
});

type Options = z.output<typeof Options>;

/** `tunewright data label`: manages labelling tasks. */
export default defineCommand({
  description:
    "Run a labelling task: load its file, invite annotators and an adjudicator, see the progress, and seal the labels. People answer on the page Label of tunewright serve. A seal is a file with a hash; the stage labels of data run joins it to the rows. Working time is posted to the ledger as data cost.",
  args: ["action", "task"],
  options: Options,
  output: z
    .union([CreatedTask, Invitation, LabelReport, LabelTaskList, ExportedAnswers, ImportedAnswers, LabelSeal])
    .describe(
      "create: the loaded rows; invite: the link; show, remove: the task; export, import: the counts; seal: the seal",
    ),
  examples: [
    "-C examples/support data label create labelling/tone.yaml",
    'data label invite tone --name "Ada" && tunewright data label invite tone --name "Grace" --role adjudicator',
    "data label show tone",
    "data label export tone --format label-studio --file tone.json",
    "data label seal tone --by QA",
  ],
  run: async (io, options) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const place = { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.labels };
    const manage = await import("../../programme/labels/manage-tasks.ts");
    const text = await import("../../programme/labels/label-text.ts");
    const nowMs = io.now().getTime();
    if (options.action === "show" && options.task === undefined) {
      const list = await answerFromState(place, { local: manage.listTasks, path: "/labels", output: LabelTaskList });
      return { json: list, text: () => text.taskListText(list), next: "tunewright data label create TASK.yaml" };
    }
    const task = required(options, "task");
    const path = `/labels/${encodeURIComponent(task)}`;
    switch (options.action) {
      case "create": {
        const { createTaskFrom } = await import("../../programme/labels/create-task.ts");
        const created = await createTaskFrom(place, task, (fraction) => io.progress("loading rows", fraction));
        const next = commandLine(["data", "label", "invite", created.task, "--name", "NAME"]);
        return { json: created, text: () => text.createdText(created), next };
      }
      case "invite": {
        const request = { name: required(options, "name"), role: options.role };
        const link = await answerFromState(place, {
          local: (store) => manage.inviteMember(store, { task, ...request }, nowMs),
          path: `${path}/invitations`,
          body: request,
          output: Invitation,
        });
        return { json: link, text: () => text.invitationText(link), next: "tunewright serve" };
      }
      case "seal": {
        const by = required(options, "by");
        const sealed = await answerFromState(place, {
          local: (store) => manage.sealTask(store, { task, by }, nowMs),
          path: `${path}/seals`,
          body: { by },
          output: SealedTask,
        });
        const { writeSeal } = await import("../../programme/labels/write-seal.ts");
        io.note(`wrote ${await writeSeal(io.cwd, sealed)}`);
        return { json: sealed.seal, text: () => text.sealText(sealed.seal), next: "tunewright data run" };
      }
      case "export":
      case "import": {
        const { exportAnswers, importAnswersFrom } = await import("../../programme/labels/exchange-answers.ts");
        const request = { task, file: required(options, "file"), format: options.format };
        const next = commandLine(["data", "label", "show", task]);
        if (options.action === "export") {
          const written = await exportAnswers(place, request);
          return { json: written, text: () => text.exportedText(written), next };
        }
        const read = await importAnswersFrom(place, request);
        return { json: read, text: () => text.importedText(read), next };
      }
      default: {
        const name = options.action === "remove" ? required(options, "name") : undefined;
        const report = await answerFromState(place, {
          local: (store) =>
            name === undefined ? manage.showTask(store, task) : manage.removeFromTask(store, { task, name }, nowMs),
          ...(name === undefined ? { path } : { path: `${path}/removals`, body: { name } }),
          output: LabelReport,
        });
        const next = report.counts.disputed > 0 ? ["data", "adjudicate", task] : ["data", "label", "seal", task];
        return { json: report, text: () => text.taskText(report), next: commandLine(next) };
      }
    }
  },
});

function required(options: Options, field: "task" | "name" | "by" | "file"): string {
  const value = options[field];
  if (value !== undefined) return value;
  throw new Failure("bad_input", `data label ${options.action} needs ${field === "task" ? "TASK" : `--${field}`}`, {
    hint: "tunewright data label --help",
  });
}
