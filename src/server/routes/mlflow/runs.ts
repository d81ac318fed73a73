import { createRun } from "../../../track/create-run.ts";
import { readRuns } from "../../../track/read-runs.ts";
import { getRunInfo, isTerminal } from "../../../track/run-info.ts";
import { deleteRun, deleteTag, restoreRun, updateRun } from "../../../track/update-run.ts";
import { optional, required } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import { readTags } from "../../mlflow/read-entities.ts";
import { requireRunId, RUN_ID } from "../../mlflow/run-id.ts";
import { wireRun, wireRunInfo } from "../../mlflow/wire.ts";

/** Runs: create, get, update, delete, restore, delete a tag. */
export function addRunRoutes(api: MlflowApi): void {
  const { store, now, polls, events } = api.context;
  api.add("POST runs/create", {
    fields: {
      experiment_id: required("text"),
      user_id: optional("text"),
      run_name: optional("text"),
      start_time: optional("int"),
      tags: optional("list"),
    },
    answer: async ({ experiment_id, user_id, run_name, start_time, tags }) => {
      const nowMs = now().getTime();
      const wanted = {
        experimentId: experiment_id,
        userId: user_id ?? "",
        name: run_name ?? "",
        startMs: start_time ?? nowMs,
        tags: readTags(tags),
      };
      const run = await createRun(store, wanted, nowMs);
      const { inputs, ...rest } = wireRun({
        metrics: [],
        params: [],
        datasets: [],
        modelInputs: [],
        modelOutputs: [],
        ...run,
      }) as {
        inputs: object;
        outputs?: object;
      };
      delete rest.outputs;
      return { run: { ...rest, inputs } };
    },
  });
  api.add("GET runs/get", {
    fields: RUN_ID,
    answer: async (request) => {
      const info = await getRunInfo(store.db, requireRunId(request));
      if (!isTerminal(info.status)) polls.note(info.run_no, now().getTime());
      const [run] = await readRuns(store.db, [info]);
      return { run: wireRun(run!) };
    },
  });
  api.add("POST runs/update", {
    fields: { ...RUN_ID, status: optional("text"), end_time: optional("int"), run_name: optional("text") },
    answer: async ({ status, end_time, run_name, ...request }) => {
      const runId = requireRunId(request);
      const update = { status, endMs: end_time, name: run_name, nowMs: now().getTime() };
      const info = await updateRun(store, runId, update);
      events.tell({ runId });
      return { run_info: wireRunInfo(info) };
    },
  });
  addRemoval(api);
}

function addRemoval(api: MlflowApi): void {
  const { store, now, events } = api.context;
  api.add("POST runs/delete", {
    fields: { run_id: required("text") },
    answer: async ({ run_id }) => {
      await deleteRun(store, run_id, now().getTime());
      return {};
    },
  });
  api.add("POST runs/restore", {
    fields: { run_id: required("text") },
    answer: async ({ run_id }) => {
      await restoreRun(store, run_id);
      return {};
    },
  });
  api.add("POST runs/delete-tag", {
    fields: { run_id: required("text"), key: required("text") },
    answer: async ({ run_id, key }) => {
      await deleteTag(store, run_id, { key, nowMs: now().getTime() });
      events.tell({ runId: run_id });
      return {};
    },
  });
}
