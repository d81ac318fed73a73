import * as z from "zod";

import { Failure } from "../base/failure.ts";
import { askHttp, type HttpAnswer } from "./ask-http.ts";
import { Unreachable } from "./unreachable.ts";

/** Timeout of a request, ms; the upload of a large file is allowed more time. */
const TIMEOUT_MS = 60_000;
const UPLOAD_MS = 600_000;

/**
 * Rows per page. Listing stops after a maximum number of pages, because a server that ignores `after` would be listed
 * forever.
 */
const PAGE_ROWS = 100;
const MAX_PAGES = 100;

const HINT = "check address and keyVariable of the target";

/** A fine-tuning job. The status may be any text, because servers have states that the schema does not define. */
export const FineTuningJob = z.object({
  id: z.string(),
  status: z.string(),
  created_at: z.number().nullish(),
  finished_at: z.number().nullish(),
  fine_tuned_model: z.string().nullish(),
  trained_tokens: z.number().nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  user_provided_suffix: z.string().nullish(),
});
export type FineTuningJob = z.infer<typeof FineTuningJob>;

/** An event of a job: a message, or metrics at a step. */
export const FineTuningEvent = z.object({
  id: z.string(),
  created_at: z.number(),
  message: z.string(),
  type: z.string().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
});
export type FineTuningEvent = z.infer<typeof FineTuningEvent>;

/** A checkpoint of a job: a model that can be used. */
export const FineTuningCheckpoint = z.object({
  id: z.string(),
  fine_tuned_model_checkpoint: z.string(),
  step_number: z.int(),
  metrics: z.record(z.string(), z.unknown()).nullish(),
});
export type FineTuningCheckpoint = z.infer<typeof FineTuningCheckpoint>;

const StoredFile = z.object({ id: z.string(), filename: z.string().nullish(), bytes: z.number().nullish() });

/** A file to upload. */
export type UploadedFile = { name: string; content: Buffer };

/** The fine-tuning API of a provider. */
export type FineTuningApi = {
  /** Uploads a file for training, or finds one with this name and size. Returns its id. */
  file: (upload: UploadedFile) => Promise<string>;
  create: (request: Readonly<Record<string, unknown>>) => Promise<FineTuningJob>;
  /** One job; undefined if the provider does not know it. */
  job: (id: string) => Promise<FineTuningJob | undefined>;
  /** All jobs, newest first. */
  jobs: () => AsyncIterable<FineTuningJob>;
  /** Events, newest first; empty if the provider has none. */
  events: (id: string) => Promise<FineTuningEvent[]>;
  /** Checkpoints, newest first; empty if the provider has none. */
  checkpoints: (id: string) => Promise<FineTuningCheckpoint[]>;
  /** Requests that a job stop. Returns false if it is unknown or has ended. */
  cancel: (id: string) => Promise<boolean>;
  /** A short answer of a model. */
  answer: (model: string, question: string) => Promise<string>;
  /** Checks the address and the key. */
  check: () => Promise<void>;
};

type Call = { method?: "GET" | "POST" | "DELETE"; body?: unknown; upload?: UploadedFile };

/**
 * The OpenAI-compatible fine-tuning API at an address that ends with the version, `https://api.openai.com/v1`.
 * Tolerates servers without events, checkpoints or metadata, and cancels with DELETE if POST is not supported.
 *
 * @param key  bearer token; undefined for a server without accounts
 * @source openai-openapi f85dbe2: /files, /fine_tuning/jobs and below; pages by `after` and `has_more`
 * @throws Unreachable; Failure outside for another status than 200; bad_input for an address that is not a URL
 */
export function fineTuningApi(address: string, key: string | undefined): FineTuningApi {
  const base = address.replace(/\/+$/, "");
  const jobPath = (id: string): string => `/fine_tuning/jobs/${encodeURIComponent(id)}`;
  const send = (path: string, call: Call = {}): Promise<HttpAnswer> => ask(`${base}${path}`, key, call);
  return {
    file: async (upload) => {
      for await (const known of pages(send, "/files?purpose=fine-tune", StoredFile)) {
        if (known.filename === upload.name && known.bytes === upload.content.length) return known.id;
      }
      return shaped(StoredFile, await send("/files", { method: "POST", upload })).id;
    },
    create: async (request) =>
      shaped(FineTuningJob, await send("/fine_tuning/jobs", { method: "POST", body: request })),
    job: async (id) => {
      const answer = await send(jobPath(id));
      return answer.status === 404 ? undefined : shaped(FineTuningJob, answer);
    },
    jobs: () => pages(send, "/fine_tuning/jobs", FineTuningJob),
    events: (id) => listed(send, `${jobPath(id)}/events`, FineTuningEvent),
    checkpoints: (id) => listed(send, `${jobPath(id)}/checkpoints`, FineTuningCheckpoint),
    cancel: async (id) => {
      let answer = await send(`${jobPath(id)}/cancel`, { method: "POST" });
      if (answer.status === 404 || answer.status === 405) answer = await send(jobPath(id), { method: "DELETE" });
      if (answer.status === 400 || answer.status === 404 || answer.status === 409) return false;
      valueOf(answer);
      return true;
    },
    answer: async (model, question) => {
      const body = { model, messages: [{ role: "user", content: question }] };
      const Answer = z.object({
        choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
      });
      const { choices } = shaped(Answer, await send("/chat/completions", { method: "POST", body }));
      return choices[0]!.message.content ?? "";
    },
    check: async () => {
      shaped(z.object({ data: z.array(z.unknown()) }), await send("/fine_tuning/jobs?limit=1"));
    },
  };
}

type Send = (path: string, call?: Call) => Promise<HttpAnswer>;

async function* pages<Row extends { id: string }>(send: Send, path: string, row: z.ZodType<Row>): AsyncGenerator<Row> {
  const Page = z.object({ data: z.array(row), has_more: z.boolean().nullish() });
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = new URLSearchParams({ limit: String(PAGE_ROWS), ...(after === undefined ? {} : { after }) });
    const { data, has_more: hasMore } = shaped(
      Page,
      await send(`${path}${path.includes("?") ? "&" : "?"}${query.toString()}`),
    );
    yield* data;
    const last = data.at(-1)?.id;
    if (hasMore !== true || last === undefined || last === after) return;
    after = last;
  }
}

async function listed<Row extends { id: string }>(send: Send, path: string, row: z.ZodType<Row>): Promise<Row[]> {
  const found: Row[] = [];
  try {
    for await (const one of pages(send, path, row)) found.push(one);
  } catch (error) {
    if (!(error instanceof HttpStatus && (error.status === 404 || error.status === 405))) throw error;
  }
  return found;
}

/** A response with a status other than 200 or 201. */
class HttpStatus extends Failure {
  readonly status: number;

  constructor(status: number, message: string) {
    super("outside", message, { hint: HINT });
    this.status = status;
  }
}

const ErrorBody = z.object({ error: z.object({ message: z.string() }) });

function valueOf({ status, body }: HttpAnswer): unknown {
  const text = body.toString("utf8");
  const value = parsed(text);
  if (status === 200 || status === 201) return value;
  const said = ErrorBody.safeParse(value).data?.error.message ?? text.slice(0, 200);
  throw new HttpStatus(status, `the fine-tuning API answers ${status}: ${said}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function ask(url: string, key: string | undefined, call: Call): Promise<HttpAnswer> {
  if (!URL.canParse(url)) throw new Failure("bad_input", `${url} is not a valid URL`, { hint: HINT });
  const { method = "GET", body, upload } = call;
  const form = upload === undefined ? undefined : await formOf(upload);
  const headers = {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(form === undefined ? {} : { "content-type": form.type }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  let answer: HttpAnswer;
  try {
    answer = await askHttp(new URL(url), {
      method,
      headers,
      timeoutMs: upload === undefined ? TIMEOUT_MS : UPLOAD_MS,
      ...(form === undefined ? {} : { body: form.body }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Unreachable(`nothing answers at ${new URL(url).origin}`, { hint: HINT, cause: error });
  }
  if (answer.status === 429 || answer.status >= 500) {
    throw new Unreachable(`the fine-tuning API answers ${answer.status}`, { hint: "it is asked again" });
  }
  return answer;
}

/** A multipart form, encoded by Node. */
async function formOf({ name, content }: UploadedFile): Promise<{ type: string; body: Buffer }> {
  const form = new FormData();
  form.set("purpose", "fine-tune");
  form.set("file", new Blob([new Uint8Array(content)], { type: "application/jsonl" }), name);
  const encoded = new Response(form);
  return { type: encoded.headers.get("content-type")!, body: Buffer.from(await encoded.arrayBuffer()) };
}

/**
 * The value of a response, parsed with the schema.
 *
 * @throws Failure outside, with the field, if the response does not match the schema
 */
function shaped<Value>(schema: z.ZodType<Value>, answer: HttpAnswer): Value {
  const read = schema.safeParse(valueOf(answer));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "the answer" : issue.path.join(".");
  throw new Failure("outside", `the fine-tuning API gave an unexpected answer: ${field}: ${issue?.message}`, {
    hint: "check that the address of the target ends with the version of an OpenAI-compatible API, such as /v1",
  });
}
