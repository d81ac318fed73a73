import * as z from "zod";

import { AlarmMark, MarkRequest, RecordCheckRequest, RecordedCheck, WatchOverview } from "../../domain/watch-check.ts";
import { ForgetExamples, ForgottenExamples } from "../../domain/watch-forget.ts";
import { forgetExamples, lastChecks, markAlarm, recordCheck } from "../../programme/watch/watch-records.ts";
import type { RestApi } from "../rest-api.ts";

const OverviewQuery = z.strictObject({
  programme: z.string().optional().describe("Name of the programme; default: the first"),
  watch: z.string().optional().describe("Name of a monitor; default: all"),
});

/** Monitors of production traffic: their last checks, alarms, and what people decided. */
export function addWatchRoutes(api: RestApi): void {
  const { store, programmes, now } = api.context;
  api.add("get /watch", {
    summary: "Show the last check of each monitor with its alarms",
    request: OverviewQuery,
    response: WatchOverview,
    answer: async ({ programme, watch }) => ({ checks: await lastChecks(store, programme ?? programmes[0]!, watch) }),
  });
  api.add("post /watch/checks", {
    summary: "Record a check",
    request: RecordCheckRequest,
    response: RecordedCheck,
    answer: (request) => recordCheck(store, request),
  });
  api.add("post /watch/marks", {
    summary: "Acknowledge or mute an alarm",
    request: MarkRequest,
    response: AlarmMark,
    answer: (request) => markAlarm(store, request, now().getTime()),
  });
  api.add("post /watch/forget", {
    summary: "Delete the examples of some requests from alarms, or count them",
    request: ForgetExamples,
    response: ForgottenExamples,
    answer: (request) => forgetExamples(store, request),
  });
}
