import * as z from "zod";

import { Failure } from "../base/failure.ts";
import { askHttp, headerOf, type HttpAnswer } from "./ask-http.ts";
import { Unreachable } from "./unreachable.ts";

const TIMEOUT_MS = 60_000;

/** Maximum size of a response: the queue contains each job with its task. */
const MOST_BYTES = 32_000_000;

const REQUEST_ID = "x-skypilot-request-id";

/** A SkyPilot error with its name, such as `NoCloudAccessError`. */
export class SkyError extends Failure {
  readonly type: string;

  constructor(type: string, message: string) {
    super("outside", `SkyPilot: ${message}`, { hint: type === "NoCloudAccessError" ? "sky check" : undefined });
    this.type = type;
  }
}

const ErrorText = z.object({ type: z.string(), message: z.string() });

/** State of a request to the server. */
export type SkyRequest = "waits" | "succeeded" | "cancelled" | "unknown" | { error: SkyError };

const ManagedJob = z.object({
  job_id: z.int(),
  job_name: z.string().nullish(),
  status: z.string(),
  failure_reason: z.string().nullish(),
  start_at: z.number().nullish(),
  end_at: z.number().nullish(),
  recovery_count: z.int().nullish(),
  last_recovered_at: z.number().nullish(),
  job_duration: z.number().nullish(),
});

/**
 * A managed job. Times are in seconds since 1970. While the job is recovering, `job_duration` is the time for which it
 * had run when its machine was found lost, seconds.
 */
export type SkyJob = z.infer<typeof ManagedJob>;

const FIELDS = Object.keys(ManagedJob.shape);

/** Managed jobs of a SkyPilot API server. */
export type SkyServer = {
  version: () => Promise<string>;
  /** Checks a task as the server would before a launch. @throws SkyError */
  validate: (task: string) => Promise<void>;
  /** Requests a managed job. Returns the id of the request, which continues asynchronously. */
  launch: (task: string, name: string) => Promise<string>;
  request: (id: string) => Promise<SkyRequest>;
  /** Managed jobs with exactly this name, newest first. */
  jobsNamed: (name: string) => Promise<SkyJob[]>;
  cancel: (jobId: number) => Promise<void>;
};

/**
 * The SkyPilot API server at an address.
 *
 * @source SkyPilot 0.14.1, /openapi.json of its server: every call answers with a request id in a header; `/api/get`
 * waits for its result, which is JSON inside JSON, and answers 500 with `detail.error` for a request that failed
 */
export function skyServer(address: string): SkyServer {
  const base = address.replace(/\/+$/, "");
  return {
    version: async () => z.object({ version: z.string() }).parse(jsonOf(await ask(base, "/api/health"))).version,
    validate: async (task) => {
      jsonOf(await ask(base, "/validate", { dag: task, request_options: null }));
    },
    launch: async (task, name) => requestId(await ask(base, "/jobs/launch", { task, name })),
    request: (id) => requestState(base, id),
    jobsNamed: async (name) => {
      const body = { refresh: false, skip_finished: false, name_match: name, fields: FIELDS };
      const id = requestId(await ask(base, "/jobs/queue/v2", body));
      try {
        const value = await resultOf(base, id);
        const jobs = z.union([z.array(ManagedJob), z.object({ jobs: z.array(ManagedJob) })]).parse(value);
        const all = Array.isArray(jobs) ? jobs : jobs.jobs;
        return all.filter(({ job_name }) => job_name === name).toSorted((a, b) => b.job_id - a.job_id);
      } catch (error) {
        // without a controller, there have been no jobs
        if (error instanceof SkyError && error.type === "ClusterNotUpError") return [];
        throw error;
      }
    },
    cancel: async (jobId) => {
      await resultOf(base, requestId(await ask(base, "/jobs/cancel", { job_ids: [jobId] })));
    },
  };
}

async function requestState(base: string, id: string): Promise<SkyRequest> {
  const answer = await ask(base, `/api/status?request_ids=${encodeURIComponent(id)}`);
  const [found] = z.array(z.object({ status: z.string() })).parse(jsonOf(answer));
  switch (found?.status) {
    case undefined:
      return "unknown";
    case "SUCCEEDED":
      return "succeeded";
    case "CANCELLED":
      return "cancelled";
    case "FAILED":
      return { error: await failureOf(base, id) };
    default:
      return "waits";
  }
}

async function failureOf(base: string, id: string): Promise<SkyError> {
  try {
    await resultOf(base, id);
  } catch (error) {
    if (error instanceof SkyError) return error;
    throw error;
  }
  return new SkyError("Unknown", "the request failed without a reason");
}

async function resultOf(base: string, id: string): Promise<unknown> {
  const value = jsonOf(await ask(base, `/api/get?request_id=${encodeURIComponent(id)}`));
  return JSON.parse(z.object({ return_value: z.string() }).parse(value).return_value) as unknown;
}

function requestId(answer: HttpAnswer): string {
  jsonOf(answer);
  const id = headerOf(answer, REQUEST_ID);
  if (id === undefined) throw new Failure("outside", "the SkyPilot API server returned no request id");
  return id;
}

function jsonOf({ status, body }: HttpAnswer): unknown {
  const text = body.toString("utf8");
  const value = parsed(text);
  if (status === 200) return value;
  const { detail } = z.object({ detail: z.unknown() }).safeParse(value).data ?? {};
  const failed = z.object({ error: z.string() }).safeParse(detail).data;
  const error = ErrorText.safeParse(failed === undefined ? detail : parsed(failed.error)).data;
  if (error !== undefined) throw new SkyError(error.type, error.message);
  throw new SkyError(`HTTP ${status}`, `the server answers ${status}: ${JSON.stringify(detail ?? text).slice(0, 300)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function ask(base: string, path: string, body?: object): Promise<HttpAnswer> {
  try {
    return await askHttp(new URL(`${base}${path}`), {
      timeoutMs: TIMEOUT_MS,
      mostBytes: MOST_BYTES,
      ...(body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Unreachable(`no SkyPilot API server answers at ${base}`, {
      hint: "sky api start; sky api info",
      cause: error,
    });
  }
}
