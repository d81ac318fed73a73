import { isRecord } from "../base/json-values.ts";
import type { Agent } from "node:http";

import type { Endpoint } from "../base/api-endpoint.ts";
import { Failure } from "../base/failure.ts";
import { askHttp, HttpError } from "../remote/ask-http.ts";

/** Facts about an endpoint. */
export type EndpointFacts = {
  /** Models listed by the endpoint, without adapters of another model. */
  models: string[];
  /** Status of the response with the list; undefined if there was none. */
  status: number | undefined;
  /** Engine and version; undefined if neither is reported. */
  engine: string | undefined;
};

type Asking = {
  headers: Readonly<Record<string, string>>;
  agent: Agent;
  signal: AbortSignal;
  /** True if the list may be missing, because the model is specified. */
  isOptional: boolean;
};

/** JSON response of an address; undefined for an error or other content. */
type Got = { status: number | undefined; value: unknown };

const TIMEOUT_MS = 10_000;

/** Model owners that identify an engine. */
const ENGINES = ["vllm", "sglang", "llamacpp", "tensorrt_llm", "lmdeploy"];

/**
 * Requests the models and the version of an endpoint: two free requests. Values that it does not report remain unknown.
 *
 * @throws Failure outside if it cannot be reached at all; interrupted if the signal aborts
 */
export async function describeEndpoint(endpoint: Endpoint, asking: Asking): Promise<EndpointFacts> {
  const { status, value: models } = await getJson(endpoint.modelsUrl, asking).catch((error: unknown) => {
    if (asking.signal.aborted) throw new Failure("interrupted", "interrupted before anything was sent");
    if (asking.isOptional && error instanceof HttpError && error.problem === "late")
      return { status: undefined, value: undefined };
    throw unreachable(endpoint, error);
  });
  const list = isRecord(models) && Array.isArray(models["data"]) ? (models["data"] as unknown[]) : [];
  const bases = list.filter(isRecord).filter(({ parent }) => parent === undefined || parent === null);
  const owner = bases[0]?.["owned_by"];
  const isEngine = typeof owner === "string" && ENGINES.includes(owner.toLowerCase());
  const version = isEngine ? (await getJson(endpoint.versionUrl, asking).catch(() => undefined))?.value : undefined;
  const said = isRecord(version) && typeof version["version"] === "string" ? ` ${version["version"]}` : "";
  return {
    models: bases.flatMap(({ id }) => (typeof id === "string" ? [id] : [])),
    status,
    engine: isEngine ? `${owner.toLowerCase()}${said}` : undefined,
  };
}

function unreachable({ shown }: Endpoint, error: unknown): Failure {
  const why = error instanceof Error ? error.message || "no answer" : String(error);
  const isUntrusted = /certificate/i.test(why);
  return new Failure("outside", `${shown} cannot be reached: ${why}`, {
    hint: isUntrusted
      ? "set the file of a trusted certificate in the environment: NODE_EXTRA_CA_CERTS=ca.pem"
      : "check that the server is running and that its address and port are correct",
    cause: error,
  });
}

/** The JSON response of an address. Rejects if no response arrives in time, or the connection fails. */
async function getJson(url: URL, { headers, agent, signal }: Asking): Promise<Got> {
  try {
    const { status, body } = await askHttp(url, { headers, agent, signal, timeoutMs: TIMEOUT_MS });
    return { status, value: status === 200 ? parsed(body.toString("utf8")) : undefined };
  } catch (error) {
    if (error instanceof HttpError && error.problem === "long") return { status: 200, value: undefined };
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
