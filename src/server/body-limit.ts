import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";

import { Failure } from "../base/failure.ts";
import { errorResponse } from "./error-response.ts";

/** Maximum size of a JSON body, bytes: above MLflow's 16 MB for the profile of a dataset. */
const MAX_BYTES = 32 * 2 ** 20;

/** Rejects bodies that are too large to be read into memory with status 413. */
export function limitBody(): MiddlewareHandler {
  return bodyLimit({ maxSize: MAX_BYTES, onError: tooLarge });
}

/** A body as text, for routes without the limit of `limitBody`. @throws HTTPException 413 */
export async function limitedText(c: Context): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new HTTPException(413, { res: tooLarge(c) });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(c: Context): Response {
  const failure = new Failure("bad_input", `the body is larger than ${MAX_BYTES} bytes`, { hint: "send it in parts" });
  const { body, headers } = errorResponse(failure, c.req.path);
  return new Response(body, { status: 413, headers });
}
