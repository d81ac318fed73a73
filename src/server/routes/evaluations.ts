import * as z from "zod";

import { EvaluationComparison } from "../../domain/evaluation-comparison.ts";
import { EvaluationList, EvaluationView } from "../../domain/evaluation-list.ts";
import { compareEvaluations } from "../../programme/evaluate/compare-evaluations.ts";
import { listEvaluations, viewEvaluation } from "../../programme/evaluate/list-evaluations.ts";
import type { RestApi } from "../rest-api.ts";
import { folderOf } from "./folder-of.ts";

const Programme = z.string().optional().describe("Name of a programme; default: the first");

const Id = z
  .string()
  .regex(/^[\w.-]{1,200}$/)
  .describe("Id of an evaluation, or the name of a target: its last one");

/** Evaluations of a programme folder. */
export function addEvaluationRoutes(api: RestApi): void {
  const { now, version } = api.context;
  api.add("get /evaluations", {
    summary: "List the evaluations of a programme, newest first",
    request: z.strictObject({ programme: Programme }),
    response: EvaluationList,
    answer: ({ programme }) => listEvaluations(folderOf(api.context, programme)),
  });
  api.add("get /evaluations/{id}", {
    summary: "Show one evaluation with the items that scored lowest",
    request: z.strictObject({ id: Id, programme: Programme }),
    response: EvaluationView,
    answer: ({ id, programme }) => viewEvaluation(folderOf(api.context, programme), id),
  });
  api.add("get /evaluation-comparison", {
    summary: "Compare two evaluations item by item",
    request: z.strictObject({ baseline: Id, target: Id, programme: Programme }),
    response: EvaluationComparison,
    answer: ({ baseline, target, programme }) =>
      compareEvaluations({
        dir: folderOf(api.context, programme),
        baseline,
        target,
        now: now(),
        tool: `tunewright ${version}`,
      }),
  });
}
