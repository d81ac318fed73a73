import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import * as z from "zod";

const positive = z.union([z.literal("auto"), z.number().positive()]);
const count = z.union([z.literal("auto"), z.int().min(1)]);
const Supervised = z.strictObject({
  n_epochs: z.union([z.literal("auto"), z.int().min(1).max(50)]).optional(),
  batch_size: z.union([z.literal("auto"), z.int().min(1).max(256)]).optional(),
  learning_rate_multiplier: positive.optional(),
});

/**
 * A job as the API accepts it: each field of the schema with its limits, and no others.
 *
 * @source openai-openapi f85dbe2, CreateFineTuningJobRequest, FineTuneMethod, FineTuneSupervisedHyperparameters,
 * FineTuneDPOHyperparameters, Metadata
 */
const CreateRequest = z
  .strictObject({
    model: z.string().min(1),
    training_file: z.string(),
    validation_file: z.string().nullish(),
    hyperparameters: Supervised.optional(),
    suffix: z.string().min(1).max(64).nullish(),
    seed: z.int().min(0).max(2_147_483_647).nullish(),
    metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
    method: z
      .discriminatedUnion("type", [
        z.strictObject({
          type: z.literal("supervised"),
          supervised: z.strictObject({ hyperparameters: Supervised.optional() }),
        }),
        z.strictObject({
          type: z.literal("dpo"),
          dpo: z.strictObject({
            hyperparameters: z
              .strictObject({ ...Supervised.shape, batch_size: count.optional(), beta: positive.optional() })
              .optional(),
          }),
        }),
      ])
      .optional(),
  })
  .refine(({ method, hyperparameters }) => method === undefined || hyperparameters === undefined, "one of both");

/** A row of chat messages. @source openai-openapi f85dbe2, FineTuneChatRequestInput */
const ChatRow = z.strictObject({
  messages: z
    .array(
      z.strictObject({
        role: z.enum(["system", "user", "assistant"]),
        content: z.string(),
        weight: z.int().optional(),
      }),
    )
    .min(1),
});

/** A job as the server keeps it. */
export type HostedJob = {
  id: string;
  status: string;
  request: z.infer<typeof CreateRequest>;
  fine_tuned_model: string | null;
  trained_tokens: number | null;
  error: { code: string; message: string; param: null } | null;
  finished_at: number | null;
  events: { message: string; type: "message" | "metrics"; data?: object }[];
  checkpoints: { step: number; metrics: object }[];
};

/** A strict local server of the fine-tuning API; the test is its trainer. */
export type FineTuningServer = {
  url: string;
  server: Server;
  jobs: HostedJob[];
  files: { id: string; filename: string; bytes: number; content: string }[];
  /** Requests, as `POST /files`. */
  calls: string[];
  /** Faults to meet: statuses that the next requests answer, and habits of other servers. */
  faults: { statuses: number[]; dropsAnswerOfCreate: boolean; hasEvents: boolean; cancelsByDelete: boolean };
};

export const KEY = "sk-test";

/** Starts the server. */
export async function fineTuningServer(): Promise<FineTuningServer> {
  const state: Omit<FineTuningServer, "url" | "server"> = {
    jobs: [],
    files: [],
    calls: [],
    faults: { statuses: [], dropsAnswerOfCreate: false, hasEvents: true, cancelsByDelete: false },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(state, { request, body: Buffer.concat(chunks), response }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { ...state, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

type Call = { request: IncomingMessage; body: Buffer; response: ServerResponse };

function answer(state: Omit<FineTuningServer, "url" | "server">, { request, body, response }: Call): void {
  const { pathname, searchParams } = new URL(request.url!, "http://server");
  const call = `${request.method} ${pathname.replace(/^\/v1/, "")}`;
  state.calls.push(call);
  const send = (status: number, value: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
  const refuse = (status: number, message: string): void =>
    send(status, { error: { message, type: "invalid_request_error", param: null, code: null } });
  const fault = state.faults.statuses.shift();
  if (fault !== undefined) return refuse(fault, "try again");
  if (request.headers.authorization !== `Bearer ${KEY}`) return refuse(401, "Incorrect API key provided");
  const [, jobId, below] = /^(?:GET|POST|DELETE) \/fine_tuning\/jobs\/([^/]+)(?:\/(\w+))?$/.exec(call) ?? [];
  const job = state.jobs.find(({ id }) => id === jobId);
  const listing = (rows: readonly { id: string }[]): void => {
    const limit = Number(searchParams.get("limit") ?? 20);
    const from = searchParams.has("after") ? rows.findIndex(({ id }) => id === searchParams.get("after")) + 1 : 0;
    send(200, { object: "list", data: rows.slice(from, from + limit), has_more: from + limit < rows.length });
  };
  if (call === "GET /files") return listing(state.files.map(({ content: _content, ...file }) => file));
  if (call === "POST /files") return void upload(state, { request, body }, { send, refuse });
  if (call === "GET /fine_tuning/jobs") return listing(state.jobs.toReversed().map(shown));
  if (call === "POST /fine_tuning/jobs") {
    const parsed = CreateRequest.safeParse(JSON.parse(body.toString()));
    if (!parsed.success) return refuse(400, z.prettifyError(parsed.error));
    if (!state.files.some(({ id }) => id === parsed.data.training_file)) return refuse(400, "no such training file");
    const made = newJob(state.jobs.length + 1, parsed.data);
    state.jobs.push(made);
    if (!state.faults.dropsAnswerOfCreate) return send(200, shown(made));
    state.faults.dropsAnswerOfCreate = false;
    return void response.destroy();
  }
  if (call === "POST /chat/completions") return chat(state, body, { send, refuse });
  if (job === undefined) return refuse(404, "Could not find fine tune");
  if (request.method === "GET" && below === undefined) return send(200, shown(job));
  const isCancel = state.faults.cancelsByDelete ? request.method === "DELETE" : below === "cancel";
  if (isCancel) {
    if (["succeeded", "failed", "cancelled"].includes(job.status)) return refuse(400, "Job has already completed");
    Object.assign(job, { status: "cancelled", finished_at: now() });
    return send(200, shown(job));
  }
  if (!state.faults.hasEvents) return refuse(404, "unknown");
  if (below === "events") return listing(job.events.map((event, index) => ({ ...event, ...EVENT, id: `e-${index}` })));
  if (below === "checkpoints") return listing(job.checkpoints.map(checkpoint(job)));
  return refuse(404, "unknown");
}

const now = (): number => Math.floor(Date.now() / 1000);
const EVENT = { object: "fine_tuning.job.event", created_at: 1_800_000_000, level: "info" };

const checkpoint =
  (job: HostedJob) =>
  ({ step, metrics }: HostedJob["checkpoints"][number]) => ({
    id: `ckpt-${step}`,
    object: "fine_tuning.job.checkpoint",
    created_at: 1_800_000_000,
    fine_tuned_model_checkpoint: `${job.request.model}:${step}`,
    fine_tuning_job_id: job.id,
    metrics,
    step_number: step,
  });

function newJob(number: number, request: HostedJob["request"]): HostedJob {
  const about = { fine_tuned_model: null, trained_tokens: null, error: null, finished_at: null };
  return { id: `ftjob-${number}`, status: "validating_files", request, ...about, events: [], checkpoints: [] };
}

function shown({ request, events: _events, checkpoints: _checkpoints, ...job }: HostedJob) {
  return {
    ...job,
    object: "fine_tuning.job",
    created_at: now(),
    model: request.model,
    metadata: request.metadata ?? null,
    user_provided_suffix: request.suffix ?? null,
    training_file: request.training_file,
  };
}

type Answering = { send: (status: number, value: unknown) => void; refuse: (status: number, message: string) => void };

/** Reads the form as any server does, by a parser that is not ours. */
async function upload(
  { files }: Pick<FineTuningServer, "files">,
  { request, body }: Pick<Call, "request" | "body">,
  { send, refuse }: Answering,
): Promise<void> {
  const type = request.headers["content-type"] ?? "";
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } })
    .formData()
    .catch(() => new FormData());
  const sent = form.get("file");
  if (!(sent instanceof File) || form.get("purpose") !== "fine-tune") {
    return refuse(400, "not a form with purpose and file");
  }
  const [content, filename] = [await sent.text(), sent.name];
  const rows = content.split("\n").filter((line) => line !== "");
  if (!rows.every((row) => ChatRow.safeParse(JSON.parse(row)).success)) return refuse(400, "a row is not a chat");
  const file = { id: `file-${files.length + 1}`, filename, bytes: Buffer.byteLength(content), content };
  files.push(file);
  send(200, { ...file, content: undefined, object: "file", purpose: "fine-tune", created_at: now() });
}

function chat({ jobs }: Pick<FineTuningServer, "jobs">, body: Buffer, { send, refuse }: Answering): void {
  const { model } = JSON.parse(body.toString()) as { model: string };
  const isKnown = jobs.some(({ fine_tuned_model: name }) => name === model);
  if (!isKnown) return refuse(404, `The model ${model} does not exist`);
  send(200, { object: "chat.completion", choices: [{ index: 0, message: { role: "assistant", content: "Hi." } }] });
}
