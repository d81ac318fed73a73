import { isAbsolute, relative, resolve } from "node:path";

import { Failure } from "../base/failure.ts";
import type { LoadTestRequest } from "../domain/loadtest-request.ts";
import type { LoadTestHead, LoadTestPoint, LoadTestResult, StopReason } from "../domain/loadtest-result.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";
import { checkSpec } from "./check-spec.ts";
import { type LoadClock, PROCESS_CLOCK } from "./clock.ts";
import { describeEndpoint, type EndpointFacts } from "./describe-endpoint.ts";
import { endpointOf } from "../base/api-endpoint.ts";
import { filePrompts } from "./file-prompts.ts";
import { findingsOf } from "./findings.ts";
import { madeUpPrompts } from "./made-up-prompts.ts";
import { measureLoads } from "./measure-loads.ts";
import type { PromptSource } from "./prompt-source.ts";
import { requestBody } from "./request-body.ts";
import { runPoint, type TestRun } from "./run-point.ts";
import { saturationOf } from "./saturation.ts";
import { withoutSecret } from "../base/secret.ts";
import { connections } from "./send-request.ts";
import { spendOf } from "./spend.ts";

/** Context of a load test in addition to its spec. */
export type LoadTestOptions = {
  /** Key that is sent as a bearer token; it does not appear in any result, message or file. */
  apiKey?: string | undefined;
  /** Aborting ends the test: answers in flight are cancelled, and the measurements are kept. */
  signal?: AbortSignal | undefined;
  /** Called with endpoint and settings, and awaited before the first request is sent. */
  onStart?: ((head: LoadTestHead) => Promise<void> | void) | undefined;
  /** Called with each completed request. */
  onRequest?: ((request: LoadTestRequest) => void) | undefined;
  /** Called with each measured operating point. */
  onPoint?: ((point: LoadTestPoint) => void) | undefined;
  clock?: LoadClock | undefined;
  /** Folder to which paths in the spec are relative. */
  cwd?: string | undefined;
  /** Name and version of the measuring program. */
  tool?: string | undefined;
  /** Source of the price per GPU-hour; default: the user. */
  priceSource?: string | undefined;
};

/**
 * Offers a load to an endpoint and measures its responses. It does not ask for confirmation: the caller has decided
 * that the requests may be sent. Sending ends at `maxRequests`, `maxSeconds` and `maxUsd`.
 *
 * @returns the result, even if the endpoint failed every request or the test was interrupted (`partial`)
 * @throws Failure bad_input for invalid settings or files; outside if the endpoint cannot be reached
 */
export async function runLoadTest(spec: LoadTestSpec, options: LoadTestOptions = {}): Promise<LoadTestResult> {
  checkSpec(spec);
  const { clock = PROCESS_CLOCK, signal = new AbortController().signal } = options;
  const endpoint = endpointOf(spec);
  const prompts = await promptsOf(spec, options.cwd ?? ".");
  const agent = connections(endpoint.url);
  const key = options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` };
  try {
    const asking = { headers: { ...PLAIN, ...key }, agent, signal, isOptional: spec.model !== undefined };
    const facts = await describeEndpoint(endpoint, asking);
    const model = spec.model ?? onlyModel(facts, { shown: endpoint.shown, key: options.apiKey });
    const [startedAt, startedMs] = [clock.date(), clock.monotonicMs()];
    const head = {
      ...identity(spec, { options, model, target: endpoint.shown, engine: facts.engine }),
      startedAt: startedAt.toISOString(),
      dataset: prompts.dataset,
    };
    await options.onStart?.({ ...head, format: "tunewright-loadtest-head-1" });
    const headers = { "content-type": "application/json", accept: "text/event-stream", ...PLAIN, ...key };
    const test: TestRun = {
      line: { url: endpoint.url, headers, agent, timeoutMs: 1000 * spec.timeoutSec, clock, secret: options.apiKey },
      clock,
      prompts,
      bodyOf: (prompt) => requestBody(prompt, spec, model),
      spend: spendOf(spec),
      signal,
      deadlineMs: clock.monotonicMs() + 1000 * spec.maxSeconds,
      left: { requests: spec.maxRequests },
      onRequest: options.onRequest ?? (() => undefined),
    };
    const measured = await measureLoads((plan) => runPoint(test, plan), spec, options.onPoint);
    return {
      ...head,
      format: "tunewright-loadtest-1",
      finishedAt: new Date(startedAt.getTime() + clock.monotonicMs() - startedMs).toISOString(), // the date may change
      stopped: stopReason(measured.stopped, signal),
      partial: measured.stopped !== "done",
      spentUsd: test.spend.spentUsd(),
      ...measured.headline,
      saturation: saturationOf(measured.points),
      sloCapacity: measured.sloCapacity,
      points: measured.points,
      findings: findingsOf({ spec, point: measured.headline, repeats: prompts.repeats() }),
    };
  } finally {
    agent.destroy();
    await prompts.close();
  }
}

/** Header that requests uncompressed bytes, because compression delays chunks. */
const PLAIN = { "accept-encoding": "identity" };

/** The model of an endpoint that has only one. If there are several, none is chosen, because their prices differ. */
function onlyModel(
  { models: listed, status }: EndpointFacts,
  { shown, key }: { shown: string; key: string | undefined },
): string {
  const models = listed.map((text) => withoutSecret(text, key));
  const [only, another] = models;
  if (only !== undefined && another === undefined) return only;
  if (status === 401 || status === 403) {
    throw new Failure(
      "bad_input",
      `${shown} refuses ${key === undefined ? "requests without a key" : "the key"}: its model list returns HTTP ${status}`,
      {
        hint: "set the key in the environment: OPENAI_API_KEY, or the variable that --api-key-env names",
      },
    );
  }
  const what = only === undefined ? "no model" : `${models.length} models: ${models.slice(0, 5).join(", ")}`;
  throw new Failure("bad_input", `${shown} lists ${what}${models.length > 5 ? ", …" : ""}`, {
    hint: `choose one: --model ${only ?? "NAME"}`,
  });
}

function promptsOf(spec: LoadTestSpec, cwd: string): Promise<PromptSource> {
  const shown = spec.traceFile ?? spec.prompts;
  if (shown === undefined) return Promise.resolve(madeUpPrompts(spec));
  const path = isAbsolute(shown) ? shown : relative(process.cwd(), resolve(cwd, shown)); // short, for messages
  return filePrompts({ path, shown, isTrace: spec.traceFile !== undefined }, spec);
}

/** If the caller aborts with a Failure, the record could not be written. */
function stopReason(stopped: StopReason, signal: AbortSignal): StopReason {
  return stopped === "interrupted" && signal.reason instanceof Failure ? "write-failed" : stopped;
}

/** Endpoint and settings of a test. */
function identity(
  spec: LoadTestSpec,
  found: { options: LoadTestOptions; model: string; target: string; engine: string | undefined },
): Omit<LoadTestHead, "format" | "startedAt" | "dataset"> {
  const { url: _url, ...settings } = spec; // its query may contain a key
  const price = spec.usdPerGpuHour ?? null;
  return {
    tool: found.options.tool ?? "Tunewright",
    target: found.target,
    api: spec.api,
    model: found.model,
    engine: spec.engine ?? found.engine ?? null,
    engineSource: spec.engine !== undefined ? "user" : found.engine === undefined ? null : "endpoint",
    flags: spec.engineFlags ?? null,
    gpu: spec.gpu ?? null,
    gpuCount: spec.gpuCount,
    usdPerGpuHour: price,
    priceSource: price === null ? null : (found.options.priceSource ?? "stated by the user"),
    mode: spec.mode,
    findCapacity: spec.findCapacity,
    seed: spec.seed,
    settings,
  };
}
