import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { AccessLogSummary } from "../../domain/access-log.ts";
import { ComplianceReport } from "../../domain/compliance.ts";
import { BilledServices } from "../../domain/vendor-chain.ts";
import { accessLogSummary } from "../../programme/accounts/access-log.ts";
import { billedServices } from "../../programme/money/bills/billed-services.ts";
import type { RestApi } from "../rest-api.ts";
import { folderOf } from "./folder-of.ts";

/** Duties of a programme, and the paid services that its vendors are compared with: read only. */
export function addComplyRoutes(api: RestApi): void {
  const { store, now, programmes, pricesOf } = api.context;
  api.add("get /comply", {
    summary: "Show the duties that apply to a programme: roles, requirements with their evidence, questions, dates",
    request: z.strictObject({
      programme: z.string().optional().describe("Name of a programme; default: the first"),
    }),
    response: ComplianceReport,
    answer: async ({ programme }) => {
      const dir = folderOf(api.context, programme);
      const { complyShow } = await import("../../programme/comply/comply-show.ts");
      const { recordedIn } = await import("../../programme/comply/recorded-training.ts");
      const recorded = await recordedIn(store, { programmes, pricesOf, now }, now().getTime());
      return (await complyShow(dir, { on: isoDay(now()), recorded })).report;
    },
  });
  api.add("get /access-log", {
    summary: "Summarise the access log: its files with their hashes, and counts of requests; no name is in it",
    request: z.strictObject({}),
    response: AccessLogSummary,
    answer: () => accessLogSummary(store.dataDir),
  });
  api.add("get /bills/services", {
    summary: "List the services that current bills charge for, with the head of the ledger",
    request: z.strictObject({}),
    response: BilledServices,
    answer: () => billedServices(store),
  });
}
