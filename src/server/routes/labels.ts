import * as z from "zod";

import { AgreementReport } from "../../domain/agreement.ts";
import { ImportAnswersRequest, ImportedAnswers, TaskAnswers } from "../../domain/label-exchange.ts";
import {
  CreateTaskRequest,
  LabelReport,
  LabelRow,
  LabelTaskList,
  SealedTask,
  TaskVersion,
} from "../../domain/label-report.ts";
import { LabelName } from "../../domain/label-task.ts";
import { DecisionRequest, DisputeList, Invitation, LabelRole } from "../../domain/label-work.ts";
import { AddedRows } from "../../programme/labels/create-task.ts";
import {
  addTaskRows,
  agreeTask,
  answersOf,
  createTaskVersion,
  inviteMember,
  listTasks,
  removeFromTask,
  sealTask,
  showTask,
  takeInAnswers,
} from "../../programme/labels/manage-tasks.ts";
import { decideByName, listDisputes } from "../../programme/labels/work-on-task.ts";
import { signedBy } from "../access/signed-by.ts";
import type { RestApi } from "../rest-api.ts";

const Task = z.string().describe("Name of the task");

/** Labelling tasks for those who run them: create, invite, show, adjudicate, seal. */
export function addLabelTaskRoutes(api: RestApi): void {
  const { store, now, programmes } = api.context;
  const nowMs = (): number => now().getTime();
  api.add("get /labels", {
    summary: "List labelling tasks with their progress",
    request: z.strictObject({}),
    response: LabelTaskList,
    answer: () => listTasks(store),
  });
  api.add("post /labels", {
    summary: "Create a labelling task, or a new version of it where its file has changed",
    request: CreateTaskRequest,
    response: TaskVersion,
    answer: ({ spec }) => createTaskVersion(store, spec, { programme: programmes[0] ?? "", nowMs: nowMs() }),
  });
  api.add("get /labels/{task}", {
    summary: "Show a task: rows, people, agreement, cost, seals",
    request: z.strictObject({ task: Task }),
    response: LabelReport,
    answer: ({ task }) => showTask(store, task),
  });
  api.add("get /labels/{task}/agreement", {
    summary: "Show the agreement of annotators on rows with two answers",
    request: z.strictObject({ task: Task }),
    response: AgreementReport,
    answer: ({ task }) => agreeTask(store, task),
  });
  api.add("post /labels/{task}/rows", {
    summary: "Add rows to a task; existing rows are unchanged",
    request: z.strictObject({ task: Task, rows: z.array(LabelRow).max(100_000).describe("The rows") }),
    response: AddedRows,
    answer: ({ task, rows }) => addTaskRows(store, task, rows),
  });
  api.add("post /labels/{task}/invitations", {
    summary: "Invite a person to a task with a single-use link",
    request: z.strictObject({ task: Task, name: LabelName, role: LabelRole.default("annotator") }),
    response: Invitation,
    answer: (request) => inviteMember(store, request, nowMs()),
  });
  api.add("post /labels/{task}/removals", {
    summary: "Remove a person from a task; their answers are kept",
    request: z.strictObject({ task: Task, name: LabelName }),
    response: LabelReport,
    answer: (request) => removeFromTask(store, request, nowMs()),
  });
  addAnswerRoutes(api);
}

/** Results of a task: answers, decisions, seals. */
function addAnswerRoutes(api: RestApi): void {
  const { store, now } = api.context;
  const nowMs = (): number => now().getTime();
  api.add("get /labels/{task}/answers", {
    summary: "List every row of a task with its answers",
    request: z.strictObject({ task: Task }),
    response: TaskAnswers,
    answer: ({ task }) => answersOf(store, task),
  });
  api.add("post /labels/{task}/answers", {
    summary: "Import answers from another tool by row id",
    request: z.strictObject({ task: Task, ...ImportAnswersRequest.shape }),
    response: ImportedAnswers,
    answer: (request) => takeInAnswers(store, request, nowMs()),
  });
  api.add("get /labels/{task}/disputes", {
    summary: "List the rows with conflicting answers, without names",
    request: z.strictObject({ task: Task }),
    response: DisputeList,
    answer: ({ task }) => listDisputes(store, task),
  });
  api.add("post /labels/{task}/decisions", {
    summary: "Decide a row with conflicting answers, under a name",
    request: z.strictObject({ task: Task, by: LabelName, ...DecisionRequest.shape }),
    response: DisputeList,
    answer: (request, c) => decideByName(store, { ...request, by: signedBy(c, request.by) }, nowMs()),
  });
  api.add("post /labels/{task}/seals", {
    summary: "Seal the labels of a task: record the hash of their file and post the cost of the work",
    request: z.strictObject({ task: Task, by: LabelName }),
    response: SealedTask,
    answer: (request, c) => sealTask(store, { ...request, by: signedBy(c, request.by) }, nowMs()),
  });
}
