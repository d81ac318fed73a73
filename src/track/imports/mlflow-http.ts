import type * as z from "zod";

import { httpUrl } from "../../base/api-endpoint.ts";
import { parseExactJson } from "../../base/exact-json.ts";
import { Failure } from "../../base/failure.ts";
import { askHttp, downloadHttp, HttpError } from "../../remote/ask-http.ts";

/** Default timeout of one request. */
const TIMEOUT_MS = 60_000;
const MOST_JSON_BYTES = 256 * 2 ** 20;

/** Token and timeout for an MLflow server, and a signal that ends its requests. */
export type ServerAccess = {
  token?: string | undefined;
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
};

/** A server that answered, but with an error. The other requests to it may succeed. */
export class RefusedFailure extends Failure {
  readonly status: number;

  constructor(status: number, message: string, hint: string) {
    super("outside", message, { hint });
    this.status = status;
  }
}

/** Words of a request for a page: none for the first. */
export type PageWords = { page_token?: string };

/** Requests to an MLflow server. */
export class MlflowHttp {
  readonly #base: URL;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;
  readonly #signal: { signal?: AbortSignal };

  constructor(url: string, { token, timeoutMs = TIMEOUT_MS, signal }: ServerAccess) {
    this.#signal = signal === undefined ? {} : { signal };
    this.#timeoutMs = timeoutMs;
    this.#base = httpUrl(url.endsWith("/") ? url : `${url}/`);
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** Downloads a file. @param shown  its name in messages */
  async *file(place: string, shown: string): AsyncIterable<Uint8Array> {
    try {
      const { status, content } = await downloadHttp(new URL(place, this.#base), {
        headers: this.#headers,
        silenceMs: this.#timeoutMs,
        ...this.#signal,
      });
      if (status !== 200) {
        throw new RefusedFailure(
          status,
          `${this.#base.host} answered ${status} for the file ${shown}`,
          "import again to continue, or without files: --skip-artifacts",
        );
      }
      yield* content;
    } catch (error) {
      throw this.#asFailure(error);
    }
  }

  /**
   * Asks for JSON.
   *
   * @param request.orNone  an answer 404 counts as an empty one
   * @throws Failure outside if the server does not answer or refuses, bad_input if the answer has another form
   */
  async json<Schema extends z.ZodType>(
    method: "GET" | "POST",
    path: string,
    { body, schema, orNone = false }: { body?: object; schema: Schema; orNone?: boolean },
  ): Promise<z.output<Schema>> {
    const answer = await this.#ask(method, path, { body, mostBytes: MOST_JSON_BYTES });
    const text = answer.body.toString("utf8");
    if (answer.status !== 200) {
      if (orNone && answer.status === 404) return schema.parse({});
      throw new RefusedFailure(
        answer.status,
        `${this.#base.host} answered ${answer.status}: ${text.slice(0, 200)}`,
        hintOf(answer.status),
      );
    }
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    throw new Failure("bad_input", `${this.#base.host} is not an MLflow server`, {
      hint: "use the value of MLFLOW_TRACKING_URI",
    });
  }

  /**
   * The answers of a paged request until the last page.
   *
   * @param ask  asks for a page
   * @throws Failure outside if the server repeats a page, as one does that ignores the token
   */
  async *pages<Answer extends { next_page_token?: string | undefined }>(
    ask: (page: PageWords) => Promise<Answer>,
  ): AsyncIterable<Answer> {
    for (let token = ""; ;) {
      const answer = await ask(token === "" ? {} : { page_token: token });
      yield answer;
      const next = answer.next_page_token ?? "";
      if (next === "") return;
      if (next === token) {
        throw new Failure("outside", `${this.#base.host} repeats a page of its answer`, {
          hint: "import from its database or folder instead",
        });
      }
      token = next;
    }
  }

  async #ask(
    method: "GET" | "POST",
    path: string,
    { body, mostBytes }: { body?: object | undefined; mostBytes: number },
  ): Promise<{ status: number; body: Buffer }> {
    try {
      return await askHttp(new URL(path, this.#base), {
        method,
        headers: { ...this.#headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs: this.#timeoutMs,
        mostBytes,
        ...this.#signal,
      });
    } catch (error) {
      throw this.#asFailure(error);
    }
  }

  #asFailure(error: unknown): unknown {
    if (!(error instanceof HttpError)) return error;
    return new Failure("outside", `${this.#base.host} does not answer: ${error.message}`, {
      hint: "check the address, then run the import again to continue",
      cause: error,
    });
  }
}

/** Hint about an answer with an error. */
function hintOf(status: number): string {
  if (status === 401) return "pass a token in MLFLOW_TRACKING_TOKEN";
  return status >= 500 ? "its log tells the reason; import again to continue" : "check the address";
}

function jsonOf(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
