import type { WatchAlarm } from "../../domain/watch-check.ts";
import { askHttp } from "../../remote/ask-http.ts";

/** Maximum wait for a webhook, ms. */
const TIMEOUT_MS = 10_000;

/**
 * Posts new alarms to a webhook, one request with all of them as JSON, without examples: texts of users are not sent.
 *
 * @returns undefined, or the reason why it was not delivered; the alarms are on record in either case
 */
export async function postAlarms(webhook: string, alarms: readonly WatchAlarm[]): Promise<string | undefined> {
  const body = JSON.stringify({ alarms: alarms.map((alarm) => ({ ...alarm, examples: undefined })) });
  try {
    const { status } = await askHttp(new URL(webhook), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      timeoutMs: TIMEOUT_MS,
    });
    return status < 300 ? undefined : `it answered with status ${status}`;
  } catch (error) {
    return (error as Error).message;
  }
}
