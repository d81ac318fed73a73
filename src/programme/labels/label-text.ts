import { textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { ExportedAnswers, ImportedAnswers } from "../../domain/label-exchange.ts";
import type { CreatedTask, LabelReport, LabelSeal, LabelTaskList } from "../../domain/label-report.ts";
import type { DisputeList, Invitation } from "../../domain/label-work.ts";

const right = (head: string): { head: string; align: "right" } => ({ head, align: "right" });

/** Text of the result of loading a task file. */
export function createdText(created: CreatedTask): string {
  const { task, version, isNew, rows, added, doubled, gold, refused, warnings } = created;
  return [
    `task ${task}, version ${version}${isNew ? "" : " (unchanged)"}: ${counted(rows, "row")}, ${added} added now`,
    `${doubled} labelled twice, ${gold} gold`,
    ...refused.map(
      ({ reason, rows: count, example }) => `rejected: ${reason}, ${counted(count, "row")}, such as ${example}`,
    ),
    ...warnings.map((warning) => `warning: ${warning}`),
  ].join("\n");
}

/** Tasks with their progress. */
export function taskListText({ tasks }: LabelTaskList): string {
  if (tasks.length === 0) return "no labelling tasks";
  return textTable(
    [
      { head: "task" },
      right("version"),
      right("rows"),
      right("open"),
      right("agreed"),
      right("disputed"),
      right("decided"),
      right("unresolved"),
    ],
    tasks.map(({ task, version, counts }) => [
      task,
      ...[version, counts.rows, counts.open, counts.agreed, counts.disputed, counts.decided, counts.unresolved].map(
        String,
      ),
    ]),
  );
}

/** Text of a task: rows, people, agreement, cost, seals. */
export function taskText(report: LabelReport): string {
  const { task, version, counts, members, agreement, cost, seals } = report;
  const alpha = agreement?.metrics.find(({ name }) => name === "krippendorff-alpha-nominal");
  return [
    `task ${task}, guideline version ${version}`,
    `${counted(counts.rows, "row")}: ${counts.open} open, ${counts.agreed} agreed, ${counts.disputed} disputed, ${counts.decided} decided, ${counts.unresolved} unresolved; ${counts.gold} gold; ${counts.extra} extra labels`,
    ...(members.length === 0
      ? ["no one has been invited"]
      : [
          textTable(
            [
              { head: "who" },
              { head: "role" },
              right("answers"),
              right("skips"),
              right("active min"),
              right("gold right"),
              right("as suggested"),
              right("cost USD"),
            ],
            members.map((member) => [
              member.isRemoved ? `${member.name} (removed)` : member.name,
              member.role,
              String(member.answers),
              String(member.skips),
              (member.activeSec / 60).toFixed(1),
              member.gold.answered === 0 ? "" : `${member.gold.right} of ${member.gold.answered}`,
              member.suggestions.shown === 0 ? "" : `${member.suggestions.equal} of ${member.suggestions.shown}`,
              member.costUsd ?? "unknown",
            ]),
          ),
        ]),
    alpha === undefined || alpha.value === null
      ? `agreement: none${alpha?.reason === undefined ? ", no row has two answers" : `, ${alpha.reason}`}`
      : `agreement: alpha ${alpha.value.toFixed(3)}${alpha.ci95 === null ? "" : ` (${alpha.ci95.map((end) => end.toFixed(3)).join(" to ")})`} on ${agreement!.pairable} rows; tunewright data agree --task ${task}`,
    cost.totalUsd === null
      ? `cost: unknown, ${cost.reason}`
      : `cost: ${cost.totalUsd} USD, ${cost.perLabelUsd ?? "unknown"} per label; ${cost.postedUsd} in the ledger`,
    ...seals.map(
      ({ seal, sha256, rows, sealedBy }) => `seal ${seal}: ${counted(rows, "row")} by ${sealedBy}, ${sha256}`,
    ),
  ].join("\n");
}

/** Text of an invitation: the link to send. */
export function invitationText({ task, name, role, path, expiresAt }: Invitation): string {
  return [
    `${name} is ${role} of ${task}. Send this link; it works once, until ${expiresAt.slice(0, 10)}:`,
    `  http://127.0.0.1:5000${path}`,
    "(with the address of tunewright serve as they reach it)",
  ].join("\n");
}

/** Text of a seal, and how to use it in the pipeline. */
export function sealText({
  task,
  seal,
  rows,
  labelled,
  unresolved,
  sha256,
  alpha,
  totalUsd,
  perLabelUsd,
}: LabelSeal): string {
  return [
    `seal ${seal} of ${task}: ${counted(rows, "row")}, ${labelled} labelled, ${unresolved} unresolved`,
    `sha256 ${sha256}`,
    `alpha ${alpha === null ? "none" : alpha.toFixed(3)}; cost ${totalUsd ?? "unknown"} USD, ${perLabelUsd ?? "unknown"} per label`,
    "in programme.yaml, under data: pipeline:",
    "  - stage: labels",
    `    seal: labels/${task}/${seal}.json`,
  ].join("\n");
}

/** Text of an export. */
export function exportedText({ path, format, rows, answers }: ExportedAnswers): string {
  return `${path}: ${counted(answers, "answer")} on ${counted(rows, "row")}, ${format}`;
}

/** Text of an import of answers. */
export function importedText({ added, repeated, refused }: ImportedAnswers): string {
  return [
    `${counted(added, "answer")} added, ${repeated} already known`,
    ...refused.map(
      ({ reason, rows, example }) => `rejected: ${reason}, ${counted(rows, "answer")}, such as row ${example}`,
    ),
  ].join("\n");
}

/** Text of the queue of an adjudicator. */
export function disputesText({ disputes, open, decided }: DisputeList): string {
  const head = `${counted(open, "row")} to decide, ${decided} decided`;
  return [
    head,
    ...disputes.map(({ item, row, fields, answers }) =>
      [
        "",
        `item ${item}, row ${row}`,
        ...Object.entries(fields).map(
          ([name, value]) => `  ${name}: ${(typeof value === "string" ? value : JSON.stringify(value)).slice(0, 500)}`,
        ),
        ...answers.map(
          ({ answer, reason }, index) =>
            `  answer ${index + 1}: ${answer === null ? `skipped, ${reason}` : JSON.stringify(answer)}`,
        ),
      ].join("\n"),
    ),
  ].join("\n");
}
