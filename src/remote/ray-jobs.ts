import * as z from "zod";

import { Failure } from "../base/failure.ts";
import { askHttp, type HttpAnswer } from "./ask-http.ts";
import { Unreachable } from "./unreachable.ts";

/** Address of the head node of a local Ray cluster. */
export const RAY_ADDRESS = "http://127.0.0.1:8265";

/** Timeout of a request to the head node, milliseconds. */
const TIMEOUT_MS = 60_000;

const HINT = "start Ray with its dashboard (ray[default]), and set RAY_API_SERVER_ADDRESS if it is another machine";

const RayJob = z.object({
  status: z.enum(["PENDING", "RUNNING", "STOPPED", "SUCCEEDED", "FAILED"]),
  message: z.string().nullish(),
  start_time: z.number().nullish(),
  end_time: z.number().nullish(),
  driver_exit_code: z.int().nullish(),
});

/** A Ray job in its current state. Times are in ms since 1970. */
export type RayJob = z.infer<typeof RayJob>;

/**
 * A job to run. Its environment is visible to everybody with access to the head node, so it must not contain secrets.
 */
export type RaySubmission = {
  entrypoint: string;
  submission_id?: string;
  metadata?: Readonly<Record<string, string>>;
  entrypoint_num_cpus?: number;
  entrypoint_num_gpus?: number;
};

/** Jobs of a Ray cluster, through the REST API of its head node. */
export type RayJobs = {
  /** Submits a job and returns its id. A job whose id is already known is not run again. */
  submit: (submission: RaySubmission) => Promise<string>;
  /** One job; undefined if the cluster does not know it, for example because it was restarted. */
  job: (id: string) => Promise<RayJob | undefined>;
  /** Requests that a job stop: SIGTERM, and SIGKILL 3 s later. Returns false if it is unknown. */
  stop: (id: string) => Promise<boolean>;
  /** Version of the Ray cluster. */
  version: () => Promise<string>;
};

/**
 * Jobs of the cluster at an address.
 *
 * @source Ray Jobs REST API, Ray 2.x: POST /api/jobs/ and GET /api/jobs/{submission_id}. A repeated id is answered by
 * 500 with a text that contains "already exists" (seen with 2.60); errors are text, not JSON
 * @throws Failure bad_input for an address that is not a URL; Unreachable; outside for another answer than 200
 */
export function rayJobs(address: string): RayJobs {
  const base = address.replace(/\/+$/, "");
  const urlOf = (id: string): string => `${base}/api/jobs/${encodeURIComponent(id)}`;
  return {
    submit: async (submission) => {
      const url = `${base}/api/jobs/`;
      const answer = await request(url, submission);
      const text = answer.body.toString("utf8");
      const id = submission.submission_id;
      if (id !== undefined && answer.status === 500 && text.includes("already exists")) return id;
      return z.object({ submission_id: z.string() }).parse(valueOf(url, answer)).submission_id;
    },
    job: async (id) => {
      const answer = await request(urlOf(id));
      return answer.status === 404 ? undefined : RayJob.parse(valueOf(urlOf(id), answer));
    },
    stop: async (id) => {
      const url = `${urlOf(id)}/stop`;
      const answer = await request(url, {});
      return answer.status === 404 ? false : z.object({ stopped: z.boolean() }).parse(valueOf(url, answer)).stopped;
    },
    version: async () => {
      const url = `${base}/api/version`;
      return z.object({ ray_version: z.string() }).parse(valueOf(url, await request(url))).ray_version;
    },
  };
}

function valueOf(url: string, { status, body }: HttpAnswer): unknown {
  const text = body.toString("utf8");
  if (status === 200) return JSON.parse(text) as unknown;
  throw new Failure("outside", `${url} answers ${status}: ${text.slice(0, 200)}`);
}

async function request(address: string, body?: object): Promise<HttpAnswer> {
  if (!URL.canParse(address)) throw new Failure("bad_input", `${address} is not a valid URL`, { hint: HINT });
  try {
    return await askHttp(new URL(address), {
      timeoutMs: TIMEOUT_MS,
      ...(body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Unreachable(`nothing answers at ${address}`, { hint: HINT, cause: error });
  }
}
