import * as z from "zod";

import { AlarmMark, MarkRequest, RecordCheckRequest, RecordedCheck, WatchOverview } from "../../domain/watch-check.ts";
import { ForgetRecords, ForgottenRecords } from "../../domain/watch-forget.ts";
import { lastChecks, markAlarm, recordCheck } from "../../programme/watch/watch-records.ts";
import { forgetRecords } from "../../programme/watch/forget/forget-records.ts";
import { SpanPage, SpanPlace } from "../../domain/watch-spans.ts";
import { spanPage } from "../../track/traces/span-pages.ts";
import { WatchWork } from "../../domain/watch-work.ts";
import { isoDay } from "../../base/clock.ts";
import { watchWork } from "../../programme/watch/watch-work.ts";
import type { RestApi } from "../rest-api.ts";
import { findFolder } from "./folder-of.ts";

const OverviewQuery = z.strictObject({
  programme: z.string().optional().describe("Name of the programme; default: the first"),
  watch: z.string().optional().describe("Name of a monitor; default: all"),
});

/** Monitors of production traffic: their last checks, alarms, and people's decisions. */
export function addWatchRoutes(api: RestApi): void {
  const { store, programmes, now } = api.context;
  api.add("get /watch", {
    summary: "Show the last check of each monitor with its alarms",
    request: OverviewQuery,
    response: WatchOverview,
    answer: async ({ programme, watch }) => ({ checks: await lastChecks(store, programme ?? programmes[0]!, watch) }),
  });
  api.add("get /watch/work", {
    summary: "Show queues for labelling by their counts, and the saved plan of maintenance",
    request: OverviewQuery.pick({ programme: true }),
    response: WatchWork,
    answer: async ({ programme }) => {
      const dir = findFolder(api.context, programme);
      return dir === undefined ? { queues: [], quality: [], plan: null, due: [] } : watchWork(dir, isoDay(now()));
    },
  });
  api.add("get /watch/spans", {
    summary: "Stored spans of traces with their redacted texts, a page at a time",
    request: SpanPlace,
    response: SpanPage,
    answer: (place) => spanPage(store, place),
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
    summary: "Delete or count the examples, traces and labels of given requests",
    request: ForgetRecords,
    response: ForgottenRecords,
    answer: (request) => forgetRecords(store, request, now().getTime()),
  });
}
