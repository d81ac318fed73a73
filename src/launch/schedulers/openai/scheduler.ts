import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { atomicWrite } from "../../../base/atomic-write.ts";
import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import type { OpenaiTarget } from "../../../domain/training-target.ts";
import { type FineTuningApi, fineTuningApi, type FineTuningJob } from "../../../remote/fine-tuning-jobs.ts";
import { HOSTED_FILE, HostedConfig, type HostedNews } from "../../engines/openai/config.ts";
import { hostedNews } from "../../engines/openai/openai.ts";
import { readJson } from "../attempt-files.ts";
import { NOT_CLAIMED, sightOrUnreachable } from "../contact.ts";
import type { PlacedAttempt, Scheduler } from "../scheduler.ts";
import { hostedSight, logOf, newsOf } from "./states.ts";
import { createJob, submittedJob } from "./submission.ts";

const JOB_FILE = "hosted-job.json";

const JobFile = z.object({ jobId: z.string() });

/** A provider with an OpenAI-compatible fine-tuning API: one job per attempt. The key comes from the environment. */
export function openaiScheduler(target: OpenaiTarget, env: Context["env"]): Scheduler {
  const api = fineTuningApi(target.address, env[target.keyVariable]);
  return {
    lookMs: target.pollSec * 1000,
    isHere: false,
    isProvider: true,
    check: () => check(api, target),
    submit: async (attempt) => {
      await mkdir(attempt.folder, { recursive: true });
      const job = (await submittedJob(api, attempt)) ?? (await createJob(api, attempt, target));
      await atomicWrite(join(attempt.folder, JOB_FILE), JSON.stringify({ jobId: job.id }));
    },
    observe: (attempt) =>
      sightOrUnreachable(async () => {
        const job = await jobOf(api, attempt);
        if (job === undefined) return NOT_CLAIMED;
        await keepNews(api, attempt, job);
        return hostedSight(job);
      }),
    signal: async (attempt) => {
      const job = await jobOf(api, attempt);
      return job === undefined ? false : api.cancel(job.id);
    },
    collect: async (attempt) => {
      const job = await jobOf(api, attempt);
      if (job === undefined) return;
      const news = await keepNews(api, attempt, job);
      if (news.status === "succeeded" && news.modelId !== null) await keepAnswer(api, attempt, news);
    },
  };
}

/** The job of an attempt; undefined if the provider does not have one. */
async function jobOf(api: FineTuningApi, attempt: PlacedAttempt): Promise<FineTuningJob | undefined> {
  const noted = await readJson(join(attempt.folder, JOB_FILE), JobFile);
  return noted === undefined ? submittedJob(api, attempt) : api.job(noted.jobId);
}

/**
 * Stores the log and the report of a job. An unchanged file keeps its modification time, which is the time of the last
 * step.
 */
async function keepNews(api: FineTuningApi, attempt: PlacedAttempt, job: FineTuningJob): Promise<HostedNews> {
  const events = await api.events(job.id);
  const checkpoints = await api.checkpoints(job.id);
  const known = await hostedNews(attempt.jobFolder);
  const answered = known?.jobId === job.id ? { answer: known.answer, answerError: known.answerError } : {};
  const news = { ...newsOf(job, { events, checkpoints }), ...answered };
  await atomicWrite(join(attempt.folder, "log.txt"), logOf(job, events));
  if (JSON.stringify(known) !== JSON.stringify(news)) await writeNews(attempt, news);
  return news;
}

async function writeNews({ jobFolder }: PlacedAttempt, news: HostedNews): Promise<void> {
  await mkdir(join(jobFolder, "out"), { recursive: true });
  await atomicWrite(join(jobFolder, "out", HOSTED_FILE), `${JSON.stringify(news, null, 2)}\n`);
}

/** Sends the finished model one question, as proof that it can be used. */
async function keepAnswer(api: FineTuningApi, attempt: PlacedAttempt, news: HostedNews): Promise<void> {
  if (news.answer !== null) return;
  const config = HostedConfig.parse(JSON.parse(await readFile(join(attempt.jobFolder, "config.json"), "utf8")));
  try {
    await writeNews(attempt, {
      ...news,
      answer: await api.answer(news.modelId!, config.test_question),
      answerError: null,
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "outside") throw error;
    await writeNews(attempt, { ...news, answerError: error.message });
  }
}

async function check(api: FineTuningApi, { address }: OpenaiTarget): ReturnType<Scheduler["check"]> {
  try {
    await api.check();
    return [{ check: "provider", ok: true, detail: `the fine-tuning API at ${address} answers`, fix: null }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [
      { check: "provider", ok: false, detail: error.message, fix: "check address and keyVariable of the target" },
    ];
  }
}
