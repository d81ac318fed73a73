import * as z from "zod";

import { Sweep, SweepApproval, SweepList, SweepRequest, SweepResume } from "../../domain/sweep.ts";
import { approveSweep } from "../../programme/sweep/approve-sweep.ts";
import { startSweep } from "../../programme/sweep/start-sweep.ts";
import { resumeSweep, stopSweep } from "../../programme/sweep/stop-sweep.ts";
import { listSweeps, showSweep } from "../../programme/sweep/sweep-rows.ts";
import { signedBy } from "../access/signed-by.ts";
import type { RestApi } from "../rest-api.ts";
import { folderOf } from "./folder-of.ts";

const Id = z.string().describe("Id of the sweep, or its first digits");

/** Sweeps: start, list, show, stop, resume. The supervisor of this server runs their trials. */
export function addSweepRoutes(api: RestApi): void {
  const { store, env, now, programmes, pricesOf } = api.context;
  api.add("post /sweeps", {
    summary: "Start a sweep of a programme",
    request: z.strictObject({
      ...SweepRequest.shape,
      programme: z.string().optional().describe("Name of the programme; default: the first"),
    }),
    response: Sweep,
    answer: ({ programme = programmes[0] ?? "", ...request }) => {
      const programmeDir = folderOf(api.context, programme);
      const pricing = { programmes, pricesOf, now };
      const place = { programmeDir, programme, dataDir: store.dataDir, env, pricing, now };
      return startSweep(store, request, place);
    },
  });
  api.add("get /sweeps", {
    summary: "List sweeps, newest first",
    request: z.strictObject({}),
    response: SweepList,
    answer: () => listSweeps(store, now().getTime()),
  });
  api.add("get /sweeps/{id}", {
    summary: "Show one sweep with its trials",
    request: z.strictObject({ id: Id }),
    response: Sweep,
    answer: ({ id }) => showSweep(store, id, now().getTime()),
  });
  api.add("post /sweeps/{id}/approve", {
    summary: "Approve the amount of a sweep that is waiting for approval",
    request: SweepApproval,
    response: Sweep,
    answer: (request, c) =>
      approveSweep(store, { ...request, by: signedBy(c, request.by) }, { pricing: { programmes, pricesOf, now }, now }),
  });
  api.add("post /sweeps/{id}/stop", {
    summary: "Stop a sweep: no new trial starts; running trials save a checkpoint and end",
    request: z.strictObject({ id: Id }),
    response: Sweep,
    answer: ({ id }) => stopSweep(store, id, now().getTime()),
  });
  api.add("post /sweeps/{id}/resume", {
    summary: "Resume a stopped sweep",
    request: SweepResume,
    response: Sweep,
    answer: (request) =>
      resumeSweep(store, request, {
        pricing: { programmes, pricesOf, now },
        now,
        folderOf: (name) => folderOf(api.context, name),
      }),
  });
}
