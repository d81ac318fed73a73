import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";

import type { Hono } from "hono";

import { invalid } from "../../../track/track-failure.ts";
import { logSpans } from "../../../track/traces/log-spans.ts";
import type { ServerContext } from "../../context.ts";
import { jsonResponse } from "../../mlflow/mlflow-api.ts";

/** Maximum size of a body after it is decompressed, bytes. */
const MAX_BYTES = 64 * 2 ** 20;

/** `POST /v1/traces`: OTLP over HTTP, as protobuf or JSON. A header names the experiment; otherwise it is `Default`. */
export function addOtlpRoutes(app: Hono, { store, redactor }: ServerContext): void {
  app.post("/v1/traces", async (c) => {
    const type = c.req.header("content-type")?.split(";")[0]?.trim();
    const experimentId = c.req.header("x-mlflow-experiment-id") ?? "0";
    const body = await unpacked(Buffer.from(await c.req.arrayBuffer()), c.req.header("content-encoding"));
    if (type === "application/json") {
      await logSpans(store, { experimentId, spans: await redactor.spans(body, "json") });
      return jsonResponse({ partialSuccess: {} });
    }
    if (type !== "application/x-protobuf") {
      throw invalid(`Invalid Content-Type: ${type ?? ""}. Expected: application/x-protobuf or application/json`);
    }
    const spans = await redactor.spans(body, "protobuf");
    if (spans.length === 0) throw invalid("Invalid OpenTelemetry protobuf format - no spans found");
    await logSpans(store, { experimentId, spans });
    return new Response("", { headers: { "content-type": "application/x-protobuf" } });
  });
}

async function unpacked(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const unpack = encoding === "gzip" ? promisify(gunzip) : encoding === "deflate" ? promisify(inflate) : undefined;
  if (unpack === undefined) {
    if (encoding === undefined || encoding === "identity" || encoding === "") return body;
    throw invalid(`Invalid Content-Encoding: ${encoding}. Expected: gzip or deflate`);
  }
  try {
    return await unpack(body, { maxOutputLength: MAX_BYTES });
  } catch {
    throw invalid("The body cannot be unpacked, or is too large");
  }
}
