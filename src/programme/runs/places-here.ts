import type { Store } from "../../store/open-store.ts";
import type { ImportFiles } from "./import-files.ts";

/** Finds runs and files of imported models in this store. */
export class PlacesHere {
  readonly #db: Store["db"];
  readonly #files: ImportFiles;
  /** Ids here, of runs whose id was not one of MLflow. */
  readonly #ids = new Map<string, string>();
  readonly #experiments = new Map<string, number | null>();

  constructor({ db }: Pick<Store, "db">, files: ImportFiles) {
    this.#db = db;
    this.#files = files;
  }

  /** Notes an imported run whose id here differs from that at the source. */
  note(id: string, here: string): void {
    if (id !== here) this.#ids.set(id, here);
  }

  /** Id of a run here, by its id at the source; null if it is not here. */
  async run(id: string | null): Promise<string | null> {
    if (id === null || id === "") return null;
    const here = this.#ids.get(id) ?? id;
    return (await this.#experimentOf("runs", here)) === null ? null : here;
  }

  /**
   * Location of files here by that at the source; undefined if they are not here. A location contains the id of the run
   * or of the logged model: `s3://b/1/RUN/artifacts/model`, `runs:/RUN/model`, `models:/m-ID`.
   */
  async location(location: string): Promise<string | undefined> {
    const [, runId, path = ""] =
      /^runs:\/+([^/]+)(\/.*)?$/.exec(location) ?? /\/([\da-f]{32})\/artifacts(\/.*)?$/.exec(location) ?? [];
    const [, modelId, below = ""] =
      /^models:\/+(m-[\da-f]{32})(\/.*)?$/.exec(location) ??
      /\/models\/(m-[\da-f]{32})\/artifacts(\/.*)?$/.exec(location) ??
      [];
    const run = modelId === undefined ? await this.run(runId ?? null) : null;
    const experiment =
      modelId !== undefined
        ? await this.#experimentOf("logged_models", modelId)
        : run === null
          ? null
          : await this.#experimentOf("runs", run);
    if (experiment === null) return undefined;
    const root = modelId === undefined ? `${experiment}/${run}` : `${experiment}/models/${modelId}`;
    const place = `${root}/artifacts${modelId === undefined ? path : below}`.replace(/\/+$/, "");
    return (await this.#files.has(place)) ? `mlflow-artifacts:/${place}` : undefined;
  }

  async #experimentOf(table: "runs" | "logged_models", id: string): Promise<number | null> {
    const key = `${table}/${id}`;
    const known = this.#experiments.get(key);
    if (known !== undefined) return known;
    const query = this.#db.selectFrom(table).select("experiment_id");
    const found = await (
      table === "runs" ? query.where("run_id", "=", id) : query.where("model_id", "=", id)
    ).executeTakeFirst();
    this.#experiments.set(key, found?.experiment_id ?? null);
    return found?.experiment_id ?? null;
  }
}
