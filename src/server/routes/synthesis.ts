import { SynthesisSpend, SynthesisSpent } from "../../domain/synthesis-spend.ts";
import { recordSpend } from "../../programme/synthesize/record-spend.ts";
import type { RestApi } from "../rest-api.ts";

/** Money of generated rows: what `data synthesize` paid goes to the ledger through the server that owns it. */
export function addSynthesisRoutes(api: RestApi): void {
  const { store, now } = api.context;
  api.add("post /synthesis-spend", {
    summary: "Post the cost of a synthesis to the ledger; repeating a total changes nothing",
    request: SynthesisSpend,
    response: SynthesisSpent,
    answer: (request) => recordSpend(store, request, now()),
  });
}
