import { Failure } from "../base/failure.ts";
import { get as httpGet, type Agent, type IncomingMessage } from "node:http";
import { get as httpsGet } from "node:https";

import type { Endpoint } from "./endpoint.ts";

/** What an endpoint says of itself. */
export type EndpointFacts = {
  /** Models of its list; adapters of another model are not among them. */
  models: string[];
  /** Engine and version; undefined where it says neither. */
  engine: string | undefined;
};

type Asking = { headers: Readonly<Record<string, string>>; agent: Agent };

const MAX_BYTES = 4 * 2 ** 20;
const TIMEOUT_MS = 10_000;

/** Owners of models that are names of engines. */
const ENGINES = ["vllm", "sglang", "llamacpp", "tensorrt_llm", "lmdeploy"];

/**
 * Asks an endpoint for its models and its version: two requests that cost nothing. What it does not say stays unknown.
 *
 * @throws Failure outside where it cannot be reached at all
 */
export async function describeEndpoint(endpoint: Endpoint, asking: Asking): Promise<EndpointFacts> {
  const models = await getJson(endpoint.modelsUrl, asking).catch((error: unknown) => {
    const why = error instanceof Error ? error.message || "no answer" : String(error);
    throw new Failure("outside", `${endpoint.shown} cannot be reached: ${why}`, {
      hint: "is the server up, and its address and port right?",
      cause: error,
    });
  });
  const list = isRecord(models) && Array.isArray(models["data"]) ? (models["data"] as unknown[]) : [];
  const bases = list.filter(isRecord).filter(({ parent }) => parent === undefined || parent === null);
  const owner = bases[0]?.["owned_by"];
  const isEngine = typeof owner === "string" && ENGINES.includes(owner.toLowerCase());
  const version = isEngine ? await getJson(endpoint.versionUrl, asking).catch(() => undefined) : undefined;
  const said = isRecord(version) && typeof version["version"] === "string" ? ` ${version["version"]}` : "";
  return {
    models: bases.flatMap(({ id }) => (typeof id === "string" ? [id] : [])),
    engine: isEngine ? `${owner.toLowerCase()}${said}` : undefined,
  };
}

/** The JSON of an address; undefined for an answer that is an error or no JSON. Rejects where nothing answers. */
function getJson(url: URL, { headers, agent }: Asking): Promise<unknown> {
  const get = url.protocol === "https:" ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers, agent }, (response) => readJson(response, resolve));
    asked.setTimeout(TIMEOUT_MS, () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    asked.on("error", reject);
  });
}

function readJson(response: IncomingMessage, onValue: (value: unknown) => void): void {
  const parts: Uint8Array[] = [];
  let size = 0;
  response.on("data", (bytes: Uint8Array) => {
    parts.push(bytes);
    size += bytes.length;
    if (size > MAX_BYTES) response.destroy();
  });
  response.on("close", () => {
    if (response.statusCode !== 200 || size > MAX_BYTES) return onValue(undefined);
    try {
      onValue(JSON.parse(Buffer.concat(parts).toString("utf8")));
    } catch {
      onValue(undefined);
    }
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
