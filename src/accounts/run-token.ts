import { createHmac, timingSafeEqual } from "node:crypto";

/** Prefix of tokens of runs, so that secret scanners recognise them. */
const MARK = "tw_run";

/**
 * A token with which the trainer of one run logs to that run and to nothing else. It is signed, not stored: it ends at
 * its expiry, or when the server's secret changes.
 *
 * @param secret secret of the server, which is not passed to the run
 */
export function runToken(secret: string, { runId, expiresMs }: { runId: string; expiresMs: number }): string {
  return `${MARK}.${runId}.${expiresMs}.${signature(secret, runId, expiresMs)}`;
}

/** Run of a token; undefined if it is not a run token, was signed by another server, or has expired. */
export function runOfToken(secret: string, token: string, nowMs: number): string | undefined {
  const [, runId = "", expires = "", signed = ""] =
    /^tw_run\.([\da-f]{32})\.(\d{1,15})\.([\w-]{43})$/.exec(token) ?? [];
  if (runId === "" || Number(expires) <= nowMs) return undefined;
  const expected = signature(secret, runId, Number(expires));
  return timingSafeEqual(Buffer.from(signed), Buffer.from(expected)) ? runId : undefined;
}

function signature(secret: string, runId: string, expiresMs: number): string {
  return createHmac("sha256", secret).update(`${runId}.${expiresMs}`).digest("base64url");
}
