import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { RunImport } from "../../../src/domain/run-import.ts";
import { importRuns } from "../../../src/programme/runs/import-runs.ts";
import { runImportText } from "../../../src/programme/runs/import-text.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { addVersion, getVersion, setAlias, setVersionTag } from "../../../src/track/models/change-versions.ts";
import { getModel, setModelTags } from "../../../src/track/models/logged-models.ts";
import { getRegistered, registerModel } from "../../../src/track/models/registered-models.ts";
import { startTestServer } from "../../server/start-test-server.ts";
import { freshDatabase } from "../../store/fresh-database.ts";
import { MLRUNS_RUN as RUN, writeMlruns } from "./foreign-trackers.ts";
import { fakeMlflowServer, oldMlflowSqlite } from "./mlflow-fakes.ts";
import { LOGGED, versionMeta, writeFiles, writeMlrunsModels } from "./mlruns-models.ts";

const given = process.env["DATABASE_URL"];
const NOW = { nowMs: Date.parse("2026-11-29T12:00:00Z"), token: undefined };

let folder: string;
let store: Store;
let fresh: Awaited<ReturnType<typeof freshDatabase>> | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-import-models-"));
  fresh = given === undefined ? undefined : await freshDatabase(given);
  store = await openStore({ dataDir: join(folder, "data"), url: fresh?.url }, () => new Date(NOW.nowMs));
});
afterEach(async () => {
  await store.close();
  await fresh?.drop();
  await rm(folder, { recursive: true });
});

function imported(source: string, skipArtifacts = false): Promise<RunImport> {
  return importRuns(store, { source, skipArtifacts }, NOW);
}

async function mlruns(): Promise<string> {
  const root = await writeMlruns(folder, "1 2.5 0\n");
  await writeMlrunsModels(root);
  return root;
}

/** Every row about models. */
async function rows(): Promise<unknown[]> {
  const tables = [
    ...(["registered_models", "registered_model_tags", "registered_model_aliases", "model_versions"] as const),
    ...(["model_version_tags", "logged_models", "logged_model_tags", "logged_model_metrics", "run_models"] as const),
  ];
  return Promise.all(tables.map((table) => store.db.selectFrom(table).selectAll().execute()));
}

const none = { found: 0, imported: 0, updated: 0, unchanged: 0, leftOut: 0 };
const NEW_VERSION = { runId: null, runLink: null, description: null, modelId: null, tags: [], nowMs: NOW.nowMs };

describe("models of a folder of MLflow", () => {
  test("come with versions, aliases, tags, metrics and files, once", async () => {
    const source = await mlruns();
    const first = await imported(source);
    expect(first).toMatchObject({
      registeredModels: { ...none, found: 1, imported: 1 },
      modelVersions: { ...none, found: 2, imported: 2 },
      loggedModels: { ...none, found: 1, imported: 1 },
      artifacts: { files: 2 },
      skipped: [{ what: "deleted model version (its number stays used)", count: 1 }],
      agrees: true,
    });
    expect(runImportText(first)).toContain(
      "1 run with every point, 1 registered model, 2 model versions, 1 logged model.",
    );
    const model = await getRegistered(store, "champion");
    expect(model).toMatchObject({ description: "The best", created_ms: 1796070520000, updated_ms: 1796070529000 });
    expect(model.aliases).toEqual([{ alias: "best", version: 2 }]);
    expect(model.tags).toContainEqual({ key: "team", value: "a" });
    const version = await getVersion(store, { name: "champion", version: 1 });
    const experiment = (await getModel(store, LOGGED)).experiment_id;
    expect(version).toMatchObject({
      stage: "Production",
      description: "one",
      run_id: RUN,
      source: `models:/${LOGGED}`,
      status: "READY",
      storage_location: `mlflow-artifacts:/${experiment}/models/${LOGGED}/artifacts`,
      tags: [{ key: "q", value: "1" }],
    });
    expect(await getVersion(store, { name: "champion", version: 2 })).toMatchObject({
      status: "FAILED_REGISTRATION",
      status_message: "no space",
      storage_location: `mlflow-artifacts:/${experiment}/${RUN}/artifacts/sub`,
    });
    const metric = { runId: RUN, datasetName: "", datasetDigest: "" };
    expect(await getModel(store, LOGGED)).toMatchObject({
      name: "adapter",
      model_type: "llm",
      source_run_id: RUN,
      status: "LOGGED_MODEL_READY",
      params: [{ key: "lr", value: "0.1" }],
      metrics: [
        { ...metric, key: "eval/loss", value: 0.5, timestamp: 1790000000001, step: 3 },
        { key: "nan", value: Number.NaN, step: 9223372036854775807n, datasetName: "held", datasetDigest: "abcd" },
      ],
    });
    const before = await rows();
    expect(await imported(source)).toMatchObject({
      registeredModels: { imported: 0, updated: 0, unchanged: 1 },
      modelVersions: { imported: 0, updated: 0, unchanged: 2 },
      loggedModels: { imported: 0, updated: 0, unchanged: 1 },
      artifacts: { files: 0 },
      agrees: true,
    });
    expect(await rows()).toEqual(before);
    const next = await addVersion(store, "champion", { ...NEW_VERSION, source: "s3://b/x" });
    expect(next.version, "the number of a deleted version is not used again").toBe(4);
  });

  test("follow the source until they are changed here, and are then refused with their names", async () => {
    const source = await mlruns();
    await imported(source);
    await writeFiles(source, {
      "models/champion/aliases/best": "1",
      "models/champion/version-2/meta.yaml": versionMeta(2, { current_stage: "Deleted_Internal" }),
      "models/champion/version-4/meta.yaml": versionMeta(4),
      [`820896056614371479/models/${LOGGED}/tags/k`]: "new",
    });
    expect(await imported(source)).toMatchObject({
      registeredModels: { updated: 1 },
      modelVersions: { ...none, found: 2, imported: 1, unchanged: 1 },
      loggedModels: { updated: 1 },
      agrees: true,
    });
    const model = await getRegistered(store, "champion");
    expect(model.aliases).toEqual([{ alias: "best", version: 1 }]);
    expect(model.latest.map(({ version }) => version)).toEqual([4, 1]);
    expect((await getModel(store, LOGGED)).tags).toContainEqual({ key: "k", value: "new" });
    await setVersionTag(store, { name: "champion", version: 1 }, { key: "here", value: "x" });
    await setModelTags(store, LOGGED, [{ key: "k", value: "of us" }]);
    const kept = await rows();
    expect(await imported(source)).toMatchObject({
      registeredModels: { unchanged: 1 },
      loggedModels: { unchanged: 1 },
    });
    expect(await rows(), "a change here stays while the source does not change").toEqual(kept);
    await writeFiles(source, {
      "models/champion/tags/team": "b",
      [`820896056614371479/models/${LOGGED}/tags/k`]: "newer",
    });
    const both = await imported(source);
    expect(both).toMatchObject({
      registeredModels: { ...none, found: 1, leftOut: 1 },
      modelVersions: { ...none, found: 2, leftOut: 2 },
      loggedModels: { ...none, found: 1, leftOut: 1 },
      agrees: true,
    });
    expect(both.skipped.map(({ what }) => what)).toEqual([
      `logged model ${LOGGED} is kept as it is here: both were changed`,
      "deleted model version (its number stays used)",
      'registered model "champion" is kept as it is here: both were changed, and version 1 differs',
    ]);
    expect(await rows(), "a change on both sides is never overwritten").toEqual(kept);
  });

  test("of a name that is used here stay out; the others come", async () => {
    const source = await mlruns();
    await writeFiles(source, {
      "models/second/meta.yaml": "creation_timestamp: 1\nlast_updated_timestamp: 1\nname: second\n",
    });
    await registerModel(store, { name: "champion", description: null, tags: [] }, NOW.nowMs);
    await addVersion(store, "champion", { ...NEW_VERSION, source: "s3://ours/x" });
    await setAlias(store, "champion", { alias: "best", version: 1 });
    const result = await imported(source);
    expect(result).toMatchObject({
      registeredModels: { found: 2, imported: 1, leftOut: 1 },
      modelVersions: { found: 2, imported: 0, leftOut: 2 },
      agrees: true,
    });
    expect(result.skipped).toContainEqual({
      what: 'registered model "champion" is kept as it is here: the one of the source was created at another time',
      count: 1,
    });
    expect((await getVersion(store, { name: "champion", version: 1 })).source).toBe("s3://ours/x");
  });

  test("that refer to what is not here come without it, and that is said", async () => {
    const source = await mlruns();
    const missing = "d".repeat(32);
    await writeFiles(source, {
      "models/champion/version-1/meta.yaml": versionMeta(1, { run_id: missing, source: "s3://bucket/x" }),
      "models/champion/version-2/meta.yaml": versionMeta(2, { current_stage: "Canary" }),
      "models/champion/version-5/meta.yaml": "version: [",
      "models/champion/aliases/lost": "9",
      "models/champion/aliases/latest": "1",
      "models/broken/meta.yaml": "{",
      [`820896056614371479/models/${LOGGED}/metrics/lost`]: `1 0.5 2 ${missing}\nhello\n`,
      [`820896056614371479/models/m-gone/meta.yaml`]: "model_id: m-gone\nlifecycle_stage: deleted\n",
    });
    const result = await imported(source);
    expect(result).toMatchObject({ registeredModels: { imported: 1 }, modelVersions: { imported: 2 }, agrees: true });
    expect(result.skipped.map(({ what }) => what).toSorted()).toEqual([
      "alias of a model version that does not exist",
      "alias that is not allowed here",
      "deleted logged model",
      "deleted model version (its number stays used)",
      "metric line of a logged model that is not time, value, step and run",
      "metric of a logged model whose run is not here",
      "model version whose files stay where they are (s3:)",
      "model version whose run is not here",
      "model version with a meta.yaml that has no number",
      "registered model with a meta.yaml that has no name",
      "stage of a model version that is unknown here",
    ]);
    expect(await getVersion(store, { name: "champion", version: 1 })).toMatchObject({
      run_id: null,
      source: "s3://bucket/x",
      storage_location: "s3://bucket/x",
    });
  });

  test("with hostile names stay out or harm nothing", async () => {
    const source = await mlruns();
    const meta = (name: string): string =>
      `creation_timestamp: 1\nlast_updated_timestamp: 1\nname: ${JSON.stringify(name)}\n`;
    await writeFiles(source, {
      "models/a/meta.yaml": meta("../../etc/passwd"),
      "models/b/meta.yaml": meta("\u001B[31mred"),
      "models/c/meta.yaml": meta("x".repeat(5000)),
      "models/d/meta.yaml": meta("<script>alert(1)</script>".replace("/", "")),
      "models/e/meta.yaml": meta("'); drop table runs; --"),
      "820896056614371479/models/m-evil/meta.yaml": "model_id: ../../../../evil\nname: x\n",
      "820896056614371479/models/m-evil/artifacts/x": "x",
    });
    const result = await imported(source);
    expect(result).toMatchObject({
      registeredModels: { found: 6, imported: 3, leftOut: 3 },
      loggedModels: { found: 2, imported: 1, leftOut: 1 },
      agrees: true,
    });
    expect(result.skipped.filter(({ what }) => what.startsWith("registered model"))).toEqual([
      { what: 'registered model "../../etc/passwd": its name is not allowed here', count: 1 },
      { what: String.raw`registered model "\u001b[31mred": its name has control characters`, count: 1 },
      { what: `registered model "${"x".repeat(80)}…": its name is longer than 256 characters`, count: 1 },
    ]);
  });

  test("and runs that came without files get them with the next import", async () => {
    const source = await mlruns();
    expect(await imported(source, true)).toMatchObject({ artifacts: { files: 0 }, loggedModels: { imported: 1 } });
    expect(await imported(source)).toMatchObject({ artifacts: { files: 2, known: 0 }, agrees: true });
    expect((await getVersion(store, { name: "champion", version: 1 })).storage_location).toMatch(/^mlflow-artifacts:/);
  });
});

describe("models of MLflow's SQLite file", () => {
  const sqlite = (more: string): string => oldMlflowSqlite(join(folder, "mlflow.db"), more);

  test("of an old version come without the columns that it lacks", async () => {
    expect(await imported(sqlite(""))).toMatchObject({ registeredModels: { imported: 1 }, agrees: true });
    expect(await getVersion(store, { name: "old", version: 1 })).toMatchObject({
      stage: "Archived",
      user_id: "ada",
      run_id: RUN,
      run_link: "http://r",
      created_ms: 3,
      updated_ms: 4,
      source: "dbfs:/x",
      description: null,
    });
  });

  test("of two workspaces with one name: the second stays out with its name", async () => {
    const workspaces = ["registered_models", "model_versions"]
      .map((table) => `alter table ${table} add column workspace text default 'default';`)
      .join("");
    const source = sqlite(`${workspaces} insert into registered_models values ('old', 7, 8, 'other', 'team-b');`);
    const result = await imported(source);
    expect(result).toMatchObject({
      registeredModels: { found: 2, imported: 1, leftOut: 1 },
      modelVersions: { found: 1 },
    });
    expect(result.skipped.at(-1)?.what).toBe(
      'registered model "old" is kept as it is here: the one of the source was created at another time',
    );
  });

  test("that is cut off is refused with its name, and what was read before is kept", async () => {
    const row = "insert into model_versions (name, version, source) values ('old'";
    const filler = Array.from({ length: 400 }, (_, number) => `${row}, ${number + 2}, '${"s".repeat(400)}');`);
    const source = sqlite(`begin; ${filler.join("")} commit;`);
    const bytes = await readFile(source);
    await writeFile(source, bytes.fill(255, bytes.length / 2));
    const result = await imported(source);
    expect(result).toMatchObject({ runs: { imported: 1 }, agrees: false });
    expect(result.skipped.at(-1)?.what).toMatch(/^rest of the models, .*mlflow\.db is damaged or cut off: /);
    await truncate(source, 6000);
    await expect(imported(source)).rejects.toThrow("mlflow.db is damaged or cut off");
  });
});

describe("models of an MLflow server", () => {
  test("come over REST with prompts and files; those made here stay as they are", async () => {
    const server = await startTestServer();
    const mlflow = (route: string, body: object): Promise<{ json: unknown }> =>
      server.call(route.replace(" ", " /api/2.0/mlflow/"), body);
    try {
      const { run } = (await mlflow("POST runs/create", { experiment_id: "0" })).json as {
        run: { info: { run_id: string } };
      };
      const { run_id } = run.info;
      const made = await mlflow("POST logged-models", { experiment_id: "0", name: "adapter", source_run_id: run_id });
      const { model_id } = (made.json as { model: { info: { model_id: string } } }).model.info;
      await mlflow("POST runs/outputs", { run_id, models: [{ model_id, step: 3 }] });
      const put = { method: "PUT", body: "weights" };
      await fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/0/models/${model_id}/artifacts/d/w.bin`, put);
      const prompt = [{ key: "mlflow.prompt.is_prompt", value: "true" }];
      for (const [name, tags] of [
        ["champion", []],
        ["greeting", prompt],
      ] as const) {
        await mlflow("POST registered-models/create", { name, tags });
        const source = name === "champion" ? `models:/${model_id}` : "text";
        await mlflow("POST model-versions/create", { name, source, model_id, tags });
      }
      await mlflow("POST registered-models/alias", { name: "champion", alias: "best", version: "1" });
      const result = await imported(server.url);
      expect(result).toMatchObject({
        registeredModels: { found: 2, imported: 2 },
        modelVersions: { found: 2, imported: 2 },
        loggedModels: { found: 1, imported: 1 },
        artifacts: { files: 1, bytes: 7 },
        skipped: [],
        agrees: true,
      });
      expect(await store.db.selectFrom("run_models").selectAll().execute()).toMatchObject([
        { direction: "output", model_id, step: 3 },
      ]);
      expect(await getRegistered(store, "champion")).toMatchObject({ aliases: [{ alias: "best", version: 1 }] });
      expect(await importRuns(server.store, { source: server.url, skipArtifacts: true }, NOW)).toMatchObject({
        registeredModels: { found: 2, unchanged: 2 },
        loggedModels: { unchanged: 1 },
        agrees: true,
      });
    } finally {
      await server.end();
    }
  });

  test.for([
    ["has no registry", "logged-models", 404, undefined],
    ["refuses the registry", "registered-models", 403, /: 127.0.0.1:\d+ answered 403: \{\}$/],
    ["never answers there", "registered-models", undefined, /: 127.0.0.1:\d+ does not answer/],
    ["repeats a page there", "registered-models", 200, /: 127.0.0.1:\d+ repeats a page of its answer$/],
  ] as const)("that %s: its runs are kept, and that is said", async ([, of, status, why]) => {
    const server = await fakeMlflowServer((path) => {
      if (status === 404) return { status, json: {} };
      if (!path.includes(of)) return { status: 200, json: {} };
      return status === undefined ? undefined : { status, json: status === 200 ? { next_page_token: "same" } : {} };
    });
    try {
      const timeoutMs = status === undefined ? 1000 : 60_000;
      const result = await importRuns(store, { source: server.url, skipArtifacts: false }, { ...NOW, timeoutMs });
      expect(result).toMatchObject({ runs: { imported: 1 }, registeredModels: none, agrees: why === undefined });
      const said = why === undefined ? [] : [expect.stringMatching(why)];
      expect(result.skipped.map(({ what }) => what)).toEqual(said);
    } finally {
      server.end();
    }
  });

  test("whose files it refuses come without them, and the next import tries again", async () => {
    let status = 500;
    const server = await fakeMlflowServer((path) => {
      const info = { model_id: LOGGED, experiment_id: "1", name: "adapter", status: "LOGGED_MODEL_READY" };
      if (path.includes("logged-models/search")) return { status: 200, json: { models: [{ info }] } };
      if (path.includes("/directories")) return { status: 200, json: { files: [{ path: "w.bin", file_size: 2 }] } };
      if (path.includes("/files")) return { status, json: {} };
      return { status: 404, json: {} };
    });
    try {
      const first = await imported(server.url);
      expect(first).toMatchObject({ loggedModels: { imported: 1 }, artifacts: { files: 0 } });
      expect(first.skipped).toEqual([{ what: "logged model whose files the source refuses (status 500)", count: 1 }]);
      status = 200;
      expect(await imported(server.url)).toMatchObject({ artifacts: { files: 1 }, skipped: [] });
    } finally {
      server.end();
    }
  });
});
