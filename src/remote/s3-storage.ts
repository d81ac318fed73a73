import { setTimeout as sleep } from "node:timers/promises";

import { Failure } from "../base/failure.ts";
import { askHttp, type HttpAnswer } from "./ask-http.ts";
import { encodedPath, type S3Credentials, signedAddress, signedHeaders } from "./s3-signature.ts";
import type { Storage, StoredFile } from "./storage-file.ts";

/** Number of attempts of a request. */
const ATTEMPTS = 6;

/** Milliseconds before the second attempt, doubled before each further one. */
const FIRST_WAIT_MS = 100;

/** Timeout of one request, milliseconds: enough for a shard of a pipeline over a slow connection. */
const TIMEOUT_MS = 300_000;

/** Largest object in bytes: the limit of a single PUT. */
const MOST_BYTES = 5 * 2 ** 30;

/** Statuses for which a retry may succeed. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

type Env = Readonly<Record<string, string | undefined>>;

/** True for `s3://bucket/prefix`. */
export function isS3(location: string): boolean {
  return location.startsWith("s3://");
}

/**
 * A prefix in a bucket of an S3-compatible server as file storage. A PUT writes a file completely or not at all. Server
 * and credentials are taken from the variables of the AWS tools: AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL,
 * AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION.
 */
export function s3Storage(location: string, env: Env): Storage {
  const { bucket, prefix } = parsed(location);
  const { base, credentials } = server(bucket, env);
  const call = async (
    method: "GET" | "PUT" | "DELETE",
    key: string,
    {
      query = {},
      headers = {},
      body = "",
    }: Partial<{ query: Record<string, string>; headers: Record<string, string>; body: string | Uint8Array }> = {},
  ): Promise<HttpAnswer> => {
    const url = new URL(base + encodedPath(key));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return answered(async () => {
      const signed = await signedHeaders({ method, url, headers, body }, credentials, new Date());
      const content = method === "PUT" ? { body } : {};
      return askHttp(url, { method, headers: signed, ...content, timeoutMs: TIMEOUT_MS, mostBytes: MOST_BYTES });
    }, `${location}: ${method} ${key}`);
  };
  const keyOf = (name: string): string => `${prefix}${name}`;
  const write = async (name: string, body: string | Uint8Array): Promise<void> => {
    await call("PUT", keyOf(name), { body });
  };
  const listBelow = async (): Promise<StoredFile[]> => {
    const files: StoredFile[] = [];
    for (let token: string | undefined = ""; token !== undefined;) {
      const query = {
        "list-type": "2",
        prefix,
        "encoding-type": "url",
        ...(token === "" ? {} : { "continuation-token": token }),
      };
      const text = String((await call("GET", "", { query })).body);
      for (const [, entry] of text.matchAll(/<Contents>([^]*?)<\/Contents>/g)) {
        const name = decodeURIComponent(tagIn(entry!, "Key")!.replaceAll("+", " ")).slice(prefix.length);
        const modifiedMs = Date.parse(tagIn(entry!, "LastModified") ?? "");
        files.push({ name, modifiedMs, bytes: Number(tagIn(entry!, "Size") ?? 0) });
      }
      token = tagIn(text, "NextContinuationToken");
    }
    return files;
  };
  return {
    read: async (name) => {
      const answer = await call("GET", keyOf(name));
      return answer.status === 404 ? undefined : answer.body;
    },
    write,
    writeSoon: write,
    copyFrom: async (from, name) => {
      if (!isS3(from)) return false;
      const source = parsed(from);
      const headers = { "x-amz-copy-source": `/${source.bucket}/${encodedPath(`${source.prefix}${name}`)}` };
      const answer = await call("PUT", keyOf(name), { headers });
      // A copy that fails while in progress returns 200 with an error in its body.
      return answer.status === 200 && String(answer.body).includes("<ETag>");
    },
    list: async () => (await listBelow()).filter(({ name }) => !name.includes("/")),
    listBelow,
    remove: async (name) => {
      await call("DELETE", keyOf(name));
    },
  };
}

/**
 * URL of one object that needs no credentials until it expires, for a machine that is not given any.
 *
 * @throws Failure bad_input without credentials
 */
export async function sharedAddress(
  location: string,
  { name, method, expiresSec }: { name: string; method: "GET" | "PUT"; expiresSec: number },
  { env, now }: { env: Env; now: Date },
): Promise<string> {
  const { bucket, prefix } = parsed(location);
  const { base, credentials } = server(bucket, env);
  const url = new URL(base + encodedPath(`${prefix}${name}`));
  return signedAddress({ method, url, expiresSec }, credentials, now);
}

/** Retries until there is a final response. A 404 is a response; any other refusal is a Failure. */
async function answered(ask: () => Promise<HttpAnswer>, what: string): Promise<HttpAnswer> {
  let problem = "";
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
    let answer: HttpAnswer;
    try {
      answer = await ask();
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      continue;
    }
    if (answer.status < 300 || (answer.status === 404 && !what.includes(": PUT "))) return answer;
    const text = String(answer.body);
    problem = `${answer.status} ${tagIn(text, "Code") ?? ""} ${tagIn(text, "Message") ?? ""}`.trim();
    if (!PASSING.has(answer.status)) break;
  }
  throw new Failure("outside", `${what}: ${problem}`, {
    hint: "check AWS_ENDPOINT_URL, AWS_REGION, the keys and the bucket, then retry: finished work is kept",
  });
}

function parsed(location: string): { bucket: string; prefix: string } {
  const [, bucket, path = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(location) ?? [];
  if (bucket === undefined) {
    throw new Failure("bad_input", `${location} is not a valid S3 URI`, { hint: "expected s3://bucket/prefix" });
  }
  const trimmed = path.replaceAll(/\/{1,1024}$/g, "");
  return { bucket, prefix: trimmed === "" ? "" : `${trimmed}/` };
}

/** Address of a bucket: a path of a configured server, otherwise Amazon's own. */
function server(bucket: string, env: Env): { base: string; credentials: S3Credentials } {
  const [accessKey, secretKey] = [env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"]];
  if (accessKey === undefined || secretKey === undefined) {
    throw new Failure("bad_input", "there are no credentials for S3", {
      hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    });
  }
  const region = env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const endpoint = env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"];
  return {
    base:
      endpoint === undefined
        ? `https://${bucket}.s3.${region}.amazonaws.com/`
        : `${endpoint.replace(/\/$/, "")}/${bucket}/`,
    credentials: { accessKey, secretKey, sessionToken: env["AWS_SESSION_TOKEN"], region },
  };
}

/** Text of the first element with a name. */
function tagIn(xml: string, tag: string): string | undefined {
  const start = xml.indexOf(`<${tag}>`);
  const end = xml.indexOf(`</${tag}>`, start);
  return start === -1 || end === -1
    ? undefined
    : xml
        .slice(start + tag.length + 2, end)
        .replaceAll("&quot;", '"')
        .replaceAll("&amp;", "&");
}
