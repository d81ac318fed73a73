import { EvaluationSpend, EvaluationSpent } from "../../domain/evaluation-spend.ts";
import { recordEvaluationSpend } from "../../programme/evaluate/record-evaluation-spend.ts";
import type { RestApi } from "../rest-api.ts";

/** Evaluations: what `eval run` paid goes to the ledger through the server that owns it. */
export function addEvaluationRoutes(api: RestApi): void {
  const { store, now } = api.context;
  api.add("post /evaluation-spend", {
    summary: "Post the cost of an evaluation to the ledger; repeating a total changes nothing",
    request: EvaluationSpend,
    response: EvaluationSpent,
    answer: (request) => recordEvaluationSpend(store, request, now()),
  });
}
