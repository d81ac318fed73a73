import { SpanPage, type SpanPlace } from "../../domain/watch-spans.ts";
import { spanPage } from "../../track/traces/span-pages.ts";
import { answerFromState, type StatePlace } from "../state/with-state.ts";
import type { UsageFields } from "../traffic/usage-rows.ts";
import { spanRow } from "./span-rows.ts";

/**
 * Rows of the model calls in the stored traces, page by page.
 *
 * @throws Failure not_found if nothing was logged yet; outside if the server or the database does not answer
 */
export async function* tracedRows(place: StatePlace): AsyncGenerator<UsageFields> {
  for (let from: SpanPlace | null = { trace: 0, span: "" }; from !== null;) {
    const start: SpanPlace = from;
    const page: SpanPage = await answerFromState(place, {
      local: (store) => spanPage(store, start),
      path: "/watch/spans",
      query: start,
      output: SpanPage,
    });
    for (const span of page.spans) yield spanRow(span);
    from = page.next;
  }
}
