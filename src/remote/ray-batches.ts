import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

import { shellWord } from "../base/command-line.ts";
import { Failure } from "../base/failure.ts";
import type { BatchSystem } from "./batch-system.ts";

/** Where the head of a local Ray answers. */
const DEFAULT_ADDRESS = "http://127.0.0.1:8265";

/** Milliseconds between two looks at a job. */
const POLL_MS = 500;

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

async function asked(url: string, body?: object): Promise<unknown> {
  let answer: { status: number; text: string };
  try {
    answer = await request(url, body === undefined ? undefined : JSON.stringify(body));
  } catch (error) {
    throw new Failure("outside", `nothing answers at ${url}`, {
      hint: "start Ray with its dashboard (ray[default]), and set RAY_API_SERVER_ADDRESS where it is another machine",
      cause: error,
    });
  }
  if (answer.status === 200) return JSON.parse(answer.text) as unknown;
  throw new Failure("outside", `${url} answers ${answer.status}: ${answer.text.slice(0, 200)}`);
}

/** Not `fetch`: it sends a header of browsers (sec-fetch-mode), for which Ray refuses every POST. */
function request(url: string, body: string | undefined): Promise<{ status: number; text: string }> {
  const start = url.startsWith("https:") ? requestHttps : requestHttp;
  const headers =
    body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const call = start(url, { method: body === undefined ? "GET" : "POST", headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on("error", reject);
    });
    call.on("error", reject).end(body);
  });
}
