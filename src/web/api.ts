import type { FailureAnswer } from "../domain/failure-answer.ts";

/** An error response of the server: its message states the problem, `hint` the remedy. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly hint: string | null;

  constructor(status: number, message: string, hint: string | null) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/** Query parameters; undefined ones are omitted, a list repeats its key. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Reads from the REST API: `getJson<RunList>("/runs", { limit: 100 })`. */
export async function getJson<T>(path: string, query: Query = {}): Promise<T> {
  return read<T>(await fetch(`/api/v1${path}${queryWords(query)}`));
}

function queryWords(query: Query): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const word of Array.isArray(value) ? value : [value]) if (word !== undefined) words.append(key, String(word));
  }
  return words.size > 0 ? `?${words}` : "";
}

async function read<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  const answer = (await response.json().catch(() => null)) as (Partial<FailureAnswer> & { message?: string }) | null;
  const message = answer?.error?.message ?? answer?.message ?? `the server answered ${response.status}`;
  throw new ApiError(response.status, message, answer?.error?.hint ?? null);
}

/** Sends a file through the REST API, unchanged. */
export async function postJson<T>(path: string, body: object): Promise<T> {
  return read<T>(
    await fetch(`/api/v1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

/** Sends a file through the REST API, as it is. */
export async function putFile<T>(path: string, file: Blob, query: Query = {}): Promise<T> {
  const headers = { "content-type": "application/octet-stream" };
  return read<T>(await fetch(`/api/v1${path}${queryWords(query)}`, { method: "PUT", headers, body: file }));
}

/** Deletes something through the REST API and returns it. */
export async function deleteJson<T>(path: string): Promise<T> {
  return read<T>(await fetch(`/api/v1${path}`, { method: "DELETE" }));
}

/** Calls MLflow's API of this server, as its client does: `callMlflow("runs/delete", { run_id })`. */
export async function callMlflow<T = object>(
  path: string,
  body: object,
  method: "POST" | "PATCH" | "DELETE" = "POST",
): Promise<T> {
  return read<T>(
    await fetch(`/api/2.0/mlflow/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

/** Reads from MLflow's API of this server. */
export async function getMlflow<T>(path: string, query: Readonly<Record<string, string>>): Promise<T> {
  return read<T>(await fetch(`/api/2.0/mlflow/${path}?${new URLSearchParams(query)}`));
}
