/** Sends a request like a client of MLflow, and returns the answer; the caller waits. */
export type Mlflow = <T = object>(path: string, body: object, method?: string) => Promise<T>;

/** Calls the MLflow API of a server as its client does. */
export function mlflowOf(url: string): Mlflow {
  return async (path, body, method = "POST") => {
    const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as never;
  };
}

/** Creates an experiment and gives its id. */
export async function createExperiment(mlflow: Mlflow, name: string): Promise<string> {
  return (await mlflow<{ experiment_id: string }>("experiments/create", { name })).experiment_id;
}

/** Fields with which a run is created; values of params and tags are text. */
export type NewRun = {
  experimentId: string;
  name: string;
  startMs: number;
  tags?: Readonly<Record<string, string>>;
  params?: Readonly<Record<string, string>>;
};

/** Creates a run with its params and gives its id. */
export async function createRun(mlflow: Mlflow, run: NewRun): Promise<string> {
  const { experimentId, name, startMs, tags = {}, params = {} } = run;
  const created = await mlflow<{ run: { info: { run_id: string } } }>("runs/create", {
    experiment_id: experimentId,
    run_name: name,
    start_time: startMs,
    tags: pairs(tags),
  });
  const runId = created.run.info.run_id;
  await mlflow("runs/log-batch", { run_id: runId, metrics: [], params: pairs(params), tags: [] });
  return runId;
}

function pairs(values: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

/** A value by its step. */
export type Course = (step: number) => number;

/** Logs steps `from` to `to`, a second apart, in batches as large as MLflow allows. */
export async function logCourses(
  mlflow: Mlflow,
  runId: string,
  { courses, from, to }: { courses: Readonly<Record<string, Course>>; from: number; to: number },
): Promise<void> {
  const points = Array.from({ length: to - from }, (_, i) => from + i).flatMap((step) =>
    Object.entries(courses).map(([key, course]) => {
      const value = course(step);
      return {
        key,
        value: Number.isFinite(value) ? value : String(value),
        timestamp: 1_790_000_000_000 + step * 1_000,
        step,
      };
    }),
  );
  for (let start = 0; start < points.length; start += 1000) {
    const metrics = points.slice(start, start + 1000);
    await mlflow("runs/log-batch", { run_id: runId, metrics, params: [], tags: [] });
  }
}

/** Puts a file among the artifacts of a run. */
export async function putArtifact(
  url: string,
  {
    experimentId,
    runId,
    path,
    content,
  }: { experimentId: string; runId: string; path: string; content: string | Uint8Array<ArrayBuffer> },
): Promise<void> {
  const response = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts/${path}`, {
    method: "PUT",
    body: content,
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}
