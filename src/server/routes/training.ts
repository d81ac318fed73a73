import * as z from "zod";

import { RunLog } from "../../domain/run-origin.ts";
import {
  ApproveRequest,
  JobList,
  MeasuredRuns,
  ResumeRequest,
  StartRequest,
  TrainingJob,
} from "../../domain/training-job.ts";
import { approveTraining } from "../../programme/training/approve-training.ts";
import { listJobs, showJob } from "../../programme/training/job-rows.ts";
import { measuredRuns } from "../../programme/training/measured-runs.ts";
import { jobLog } from "../../programme/training/run-log.ts";
import { startTraining } from "../../programme/training/start-training.ts";
import { resumeTraining } from "../../programme/training/resume-training.ts";
import { stopTraining } from "../../programme/training/stop-training.ts";
import { signedBy } from "../access/signed-by.ts";
import type { RestApi } from "../rest-api.ts";
import { folderOf } from "./folder-of.ts";

const Id = z.string().describe("Id of the job, or its first digits");

/** Training jobs: start, list, show, stop, resume. The supervisor of this server runs them. */
export function addTrainingRoutes(api: RestApi): void {
  const { store, env, now, programmes, pricesOf } = api.context;
  api.add("post /training/jobs", {
    summary: "Start a training run of a programme",
    request: z.strictObject({
      ...StartRequest.shape,
      programme: z.string().optional().describe("Name of the programme; default: the first"),
    }),
    response: TrainingJob,
    answer: ({ programme = programmes[0] ?? "", ...request }) => {
      const programmeDir = folderOf(api.context, programme);
      const place = {
        programmeDir,
        programme,
        dataDir: store.dataDir,
        env,
        pricing: { programmes, pricesOf, now },
        now,
      };
      return startTraining(store, request, place);
    },
  });
  api.add("get /training/jobs", {
    summary: "List training jobs, newest first",
    request: z.strictObject({
      limit: z.int().min(1).max(10_000).optional().describe("Maximum number of jobs; default: all"),
    }),
    response: JobList,
    answer: ({ limit }) => listJobs(store, now().getTime(), limit),
  });
  api.add("get /training/jobs/{id}", {
    summary: "Show one training job with its attempts",
    request: z.strictObject({ id: Id }),
    response: TrainingJob,
    answer: ({ id }) => showJob(store, id, now().getTime()),
  });
  addMeasurementsRoute(api);
  api.add("get /training/jobs/{id}/log", {
    summary: "Show the end of the trainer log of a job",
    request: z.strictObject({
      id: Id,
      attempt: z.int().min(1).optional().describe("Attempt; default: the newest"),
    }),
    response: RunLog,
    answer: ({ id, attempt }) => jobLog(store, id, attempt),
  });
  addControlRoutes(api);
}

/** Routes that change a job: approve, stop, resume. */
function addControlRoutes(api: RestApi): void {
  const { store, now, programmes, pricesOf } = api.context;
  api.add("post /training/jobs/{id}/approve", {
    summary: "Approve the cost of a training job that is waiting for approval",
    request: ApproveRequest,
    response: TrainingJob,
    answer: (request, c) => approveTraining(store, { ...request, by: signedBy(c, request.by) }, now()),
  });
  api.add("post /training/jobs/{id}/stop", {
    summary: "Stop a training job: checkpoint, SIGTERM, grace, SIGKILL",
    request: z.strictObject({ id: Id }),
    response: TrainingJob,
    answer: ({ id }) => stopTraining(store, id, now().getTime()),
  });
  api.add("post /training/jobs/{id}/resume", {
    summary: "Resume an ended training job from its newest complete checkpoint",
    request: ResumeRequest,
    response: TrainingJob,
    answer: (request) =>
      resumeTraining(store, request, {
        pricing: { programmes, pricesOf, now },
        now,
        folderOf: (name) => folderOf(api.context, name),
      }),
  });
}

function addMeasurementsRoute(api: RestApi): void {
  const { store } = api.context;
  api.add("get /training/measurements", {
    summary: "What finished training runs measured, as rows of plan calibrate",
    request: z.strictObject({ model: z.string().min(1).describe("Base model of the runs: Hub id or alias") }),
    response: MeasuredRuns,
    answer: ({ model }) => measuredRuns(store, { model }),
  });
}
