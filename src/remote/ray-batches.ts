import { setTimeout as sleep } from "node:timers/promises";

import { shellWord } from "../base/command-line.ts";
import { Failure } from "../base/failure.ts";
import { askHttp, type HttpAnswer } from "./ask-http.ts";
import type { BatchSystem } from "./batch-system.ts";

/** Where the head of a local Ray answers. */
const DEFAULT_ADDRESS = "http://127.0.0.1:8265";

/** Milliseconds between two looks at a job. */
const POLL_MS = 500;

/** Milliseconds for one answer of the head node. */
const TIMEOUT_MS = 60_000;

const HINT = "start Ray with its dashboard (ray[default]), and set RAY_API_SERVER_ADDRESS where it is another machine";

/** States in which a job stays. */
const ENDED: ReadonlySet<string> = new Set(["SUCCEEDED", "FAILED", "STOPPED"]);

/**
 * Ray, by the REST interface of its jobs: one job a batch, each with one CPU, at most so many at once. The address is
 * that of RAY_API_SERVER_ADDRESS, as for Ray's own command.
 *
 * @source Ray Jobs REST API, POST /api/jobs/ and GET /api/jobs/{submission_id}, Ray 2.x
 */
export function rayBatches(address: string | undefined): BatchSystem {
  const base = (address ?? DEFAULT_ADDRESS).replace(/\/+$/, "");
  return {
    name: "Ray",
    run: async (command, { batches, workers }) => {
      let [next, said]: [number, string | undefined] = [0, undefined];
      const lane = async (): Promise<void> => {
        while (next < batches) {
          const words = [...command, String(next++)].map(shellWord).join(" ");
          const problem = await runJob(base, words);
          said ??= problem; // not in one: with a problem said, no further job would be run
        }
      };
      await Promise.all(Array.from({ length: Math.min(workers, batches) }, lane));
      return said;
    },
  };
}

/** Runs one job to its end; what Ray says where it did not succeed. */
async function runJob(base: string, entrypoint: string): Promise<string | undefined> {
  const { submission_id: id } = (await asked(`${base}/api/jobs/`, { entrypoint, entrypoint_num_cpus: 1 })) as {
    submission_id: string;
  };
  for (;;) {
    const { status, message } = (await asked(`${base}/api/jobs/${encodeURIComponent(id)}`)) as {
      status: string;
      message?: string | null;
    };
    if (ENDED.has(status)) return status === "SUCCEEDED" ? undefined : (message ?? status).trim().split("\n").at(-1);
    await sleep(POLL_MS);
  }
}

async function asked(address: string, body?: object): Promise<unknown> {
  const { status, body: content } = await request(address, body);
  const text = content.toString("utf8");
  if (status === 200) return JSON.parse(text) as unknown;
  throw new Failure("outside", `${address} answers ${status}: ${text.slice(0, 200)}`);
}

async function request(address: string, body: object | undefined): Promise<HttpAnswer> {
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
    throw new Failure("outside", `nothing answers at ${address}`, { hint: HINT, cause: error });
  }
}
