import { createReadStream } from "node:fs";

import * as z from "zod";

import { FAILURES, Failure, type FailureKind } from "../../base/failure.ts";
import { FailureAnswer } from "../../domain/failure-answer.ts";
import { askHttp } from "../../remote/ask-http.ts";

/** A server with the state, and the token for it. */
export type ServerAddress = { url: string; token: string | undefined };

/** Timeout of a request, ms. */
const TIMEOUT_MS = 30_000;

/**
 * Time limit for a server to read a file, or to do what takes long, ms: a bill of a million lines takes a minute on a
 * quiet machine, and an import copies all files of a tracker.
 */
const LONG_TIMEOUT_MS = 30 * 60_000;

/** Largest answer of a server, bytes: a ledger with a million lines is exported in about 300 MB. */
const MOST_BYTES = 500_000_000;

/** Timeout of the identification of a local server, ms. */
const PROBE_MS = 2000;

/**
 * Sends a request to a Tunewright server and checks the answer.
 *
 * @param request path below `/api/v1`, the query (undefined values are omitted), a body that is sent by POST, or a file
 * whose bytes are sent by PUT, whether it may take minutes, and the schema of the answer
 * @throws Failure from the server's answer; outside if it cannot be reached or answers something else
 */
export async function askServer<Output extends z.ZodType>(
  { url, token }: ServerAddress,
  request: {
    path: string;
    query?: object;
    body?: object | undefined;
    file?: string | undefined;
    isLong?: boolean;
    output: Output;
  },
): Promise<z.output<Output>> {
  const target = new URL(`${url.replace(/\/+$/, "")}/api/v1${request.path}`);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const word of Array.isArray(value) ? value : [value]) {
      if (word !== undefined) target.searchParams.append(name, String(word));
    }
  }
  let status: number;
  let answer: unknown;
  try {
    const { body, file, isLong = file !== undefined } = request;
    const response = await askHttp(target, {
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      ...(file === undefined ? {} : { method: "PUT", body: createReadStream(file) }),
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(file === undefined ? {} : { "content-type": "application/octet-stream" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      timeoutMs: isLong ? LONG_TIMEOUT_MS : TIMEOUT_MS,
      mostBytes: MOST_BYTES,
    });
    ({ status } = response);
    answer = JSON.parse(response.body.toString("utf8"));
  } catch (error) {
    throw new Failure("outside", `the server at ${target.origin} does not answer: ${reasonOf(error)}`, {
      hint: "check that it is running, and check TUNEWRIGHT_URL",
      cause: error,
    });
  }
  const failed = FailureAnswer.safeParse(answer);
  if (failed.success) {
    const { kind, message, hint } = failed.data.error;
    const known: FailureKind = kind in FAILURES ? (kind as FailureKind) : "outside";
    throw new Failure(known, message, { hint: hint ?? undefined });
  }
  const parsed = request.output.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new Failure(
    "outside",
    `the server at ${target.origin} has another version: its answer is not understood (status ${status})`,
    {
      hint: "use the same version of client and server",
    },
  );
}

/** The instance of the server at an address; undefined if no Tunewright server answers. */
export async function probeServer(url: string): Promise<string | undefined> {
  try {
    const { body } = await askHttp(new URL(`${url}/api/v1/server`), { timeoutMs: PROBE_MS });
    return z.object({ instance: z.string() }).parse(JSON.parse(body.toString("utf8"))).instance;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
