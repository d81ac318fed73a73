import { readOwnerToken } from "../../src/store/owner-token.ts";
import type { Attack } from "./attacks.ts";
import type { TestServer } from "./start-test-server.ts";

/** Text of the inside: paths of this machine, SQL, stacks. The format mlflow-sqlite of an import is public. */
const INSIDE = [
  /(?<!mlflow-)sqlite/i,
  /\bsyntax error\b/,
  /\bselect .+ from\b/i,
  /\binsert into\b/i,
  /node_modules/,
  /\.[jt]s:\d/,
];

/** Longest that an answer may take; longer is a hang. Far above what a loaded machine needs. */
const HANG_MS = 60_000;

/**
 * Sends attacks one after the other.
 *
 * @returns what went wrong: a status of a bug, a hang, something of the inside in an answer, an answer that a browser
 *   would run
 */
export async function attack({ url, dataDir }: TestServer, attacks: readonly Attack[]): Promise<string[]> {
  const wrong: string[] = [];
  const authorization = await authorizationOf(dataDir);
  for (const { what, method, path, body } of attacks) {
    const at = `${method} ${path.slice(0, 90)} (${what})`;
    try {
      const send = (): Promise<Response> =>
        fetch(url + path, {
          method,
          headers: { "content-type": "application/json", authorization },
          signal: AbortSignal.timeout(HANG_MS),
          ...(body === undefined ? {} : { body: body() }),
        });
      // a machine that stood still for seconds finds its idle connection closed
      const response = await send().catch((error: unknown) => (isReset(error) ? send() : Promise.reject(error)));
      const text = await response.text();
      const type = response.headers.get("content-type") ?? "";
      if (response.status >= 500) wrong.push(`${at}: ${response.status} ${text.slice(0, 120)}`);
      if (text.includes(dataDir) || INSIDE.some((pattern) => pattern.test(text)))
        wrong.push(`${at}: ${text.slice(0, 200)}`);
      if (type.includes("html") && text.includes("<script>alert")) wrong.push(`${at}: ${type}`);
    } catch (error) {
      wrong.push(`${at}: ${String(error)} ${String((error as Error).cause)}`);
    }
  }
  return wrong;
}

function isReset(error: unknown): boolean {
  const code = error instanceof Error ? (error.cause as { code?: unknown } | undefined)?.code : undefined;
  return code === "ECONNRESET" || code === "UND_ERR_SOCKET";
}

/**
 * Header that the owner of a server sends: some attacks create an account, and from then on the server answers nobody
 * else.
 */
export async function authorizationOf(dataDir: string): Promise<string> {
  return `Bearer ${await readOwnerToken(dataDir)}`;
}
