import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Store } from "../../../src/store/open-store.ts";
import { createExperiment } from "../../../src/track/experiments.ts";
import { createRun } from "../../../src/track/create-run.ts";
import { logInputs } from "../../../src/track/inputs.ts";
import { logBatch } from "../../../src/track/log-batch.ts";
import { openTestStore } from "../../store/open-test-store.ts";
import { searchExperiments } from "../../../src/track/search/search-experiments.ts";
import { searchRegistered, searchVersions } from "../../../src/track/search/search-registry.ts";
import { searchRuns } from "../../../src/track/search/search-runs.ts";
import { catchFailureAsync } from "../../catch-failure.ts";

let store: Store;
let end: () => Promise<void>;
beforeAll(async () => {
  ({ store, end } = await openTestStore(() => new Date(1000)));
  await add("alpha", { loss: 1, p: 1e-20, start: 100, params: { lr: "0.1" }, tags: { team: "nlp" } });
  await add("beta", { loss: 2, p: 1e-9, start: 200, params: { lr: "0.01" }, tags: { team: "NLP" }, dataset: "alpaca" });
  await add("gamma", { loss: Number.NaN, start: 300, params: {}, tags: { "mlflow.user": "ada" } });
  await add("delta", { start: 400, params: { lr: "1_0%" }, tags: { path: "C:\\x\\" } });
});
afterAll(() => end());

type Made = {
  loss?: number;
  p?: number;
  start: number;
  params: Record<string, string>;
  tags: Record<string, string>;
  dataset?: string;
};

async function add(name: string, { loss, p, start, params, tags, dataset }: Made): Promise<void> {
  const pairs = (record: Record<string, string>) => Object.entries(record).map(([key, value]) => ({ key, value }));
  const wanted = { experimentId: "0", userId: "ada", name, startMs: start, tags: pairs(tags) };
  const { info } = await createRun(store, wanted, 1000);
  const metrics = Object.entries({ "train/loss": loss, p }).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value, timestamp: 1, step: 1 }],
  );
  await logBatch(store, info.run_id, { metrics, params: pairs(params), tags: [], nowMs: 1000 });
  if (dataset === undefined) return;
  const input = { name: dataset, digest: "d1", sourceType: "http", source: "{}", schema: null, profile: null };
  for (const value of ["training", "eval"]) {
    const datasets = [{ ...input, tags: [{ key: "mlflow.data.context", value }] }];
    await logInputs(store, info.run_id, { datasets, modelIds: [], nowMs: 1000 });
  }
}

const plain = { view: "ACTIVE_ONLY", maxResults: 100, pageToken: undefined, experimentIds: undefined } as const;

async function found(filter: string, orderBy: readonly string[] = ["attributes.start_time ASC"]): Promise<string> {
  const { infos } = await searchRuns(store, { ...plain, filter, orderBy });
  return infos.map(({ name }) => name).join(" ");
}

// What must be found: by hand, from the runs above and MLflow's documented grammar (mlflow.org, "Search Runs").
describe("a filter of runs", () => {
  test.each([
    ["", "alpha beta gamma delta"],
    ["metrics.`train/loss` < 2", "alpha"],
    ['metric."train/loss" >= 1 AND metrics.`train/loss` <= 2e0', "alpha beta"],
    ["metrics.`train/loss` != 1", "beta gamma"],
    ["metrics.p > 0 and metrics.p < 2e-20", "alpha"],
    ["metrics.p = 1e-20", "alpha"],
    ["metrics.p > 1e-19", "beta"],
    ["params.lr = '0.1'", "alpha"],
    ['params.lr != "0.1"', "beta delta"],
    ["parameters.lr IS NULL", "gamma"],
    ["params.lr is not null", "alpha beta delta"],
    ["params.lr LIKE '0.%'", "alpha beta"],
    ["params.lr LIKE '1_0%'", "delta"],
    ["tags.team LIKE 'n%'", "alpha"],
    ["tags.path LIKE 'C:\\x%' and tags.path LIKE '%\\'", "delta"],
    ["tags.path ILIKE 'c:\\x\\'", "delta"],
    ["tags.team ILIKE 'n%'", "alpha beta"],
    ["tags.`mlflow.user` = 'ada'", "gamma"],
    ["tags.mlflow.user = 'ada'", "gamma"],
    ["attributes.run_name LIKE '%ta'", "beta delta"],
    ["run_name = 'alpha'", "alpha"],
    ["attr.`Run Name` != 'alpha'", "beta gamma delta"],
    ["attributes.start_time > 100 and start_time < 400", "beta gamma"],
    ["created >= 300", "gamma delta"],
    // numbers that no column of whole numbers can hold
    ["start_time > 199.5 and start_time < 9223372036854775808", "beta gamma delta"],
    ["start_time < 1e400 and start_time != 0.5", "alpha beta gamma delta"],
    ["metrics.`train/loss` < 1e400", "alpha beta"],
    ["status = 'RUNNING'", "alpha beta gamma delta"],
    ["user_id ILIKE 'ADA'", "alpha beta gamma delta"],
    ["dataset.name = 'alpaca'", "beta"],
    ["datasets.name IN ('alpaca', 'other') and dataset.digest = 'd1'", "beta"],
    ["dataset.context = 'training'", "beta"],
    ["dataset.context = 'eval'", ""], // a dataset that is logged again keeps its first tags, as in MLflow
    ["params.lr = 'a and b'", ""],
  ])("%s finds: %s", async (filter, names) => {
    expect(await found(filter)).toBe(names);
  });

  test("run_id takes a list", async () => {
    const { infos } = await searchRuns(store, { ...plain, filter: "", orderBy: [] });
    const [first, second] = infos;
    expect(await found(`run_id IN ('${first!.run_id}', '${second!.run_id}')`)).toBe("gamma delta");
    expect(await found(`run_id NOT IN ('${first!.run_id}','${second!.run_id}')`)).toBe("alpha beta");
  });

  test.each([
    ["metrics.loss = 'x'", "Expected numeric value type for metric. Found 'x'"],
    ["foo bar", "Invalid clause(s) in filter string: 'foo bar'"],
    ["params.lr = 5", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 5"],
    [
      "model.lr = 'x'",
      "Invalid entity type 'model'. Valid values are ['attribute', 'metric', 'parameter', 'tag', 'dataset']",
    ],
    ["start_time = 'x'", "Expected numeric value type for numeric attribute: start_time. Found 'x'"],
    ["metrics.loss LIKE 5", "Invalid comparator 'LIKE' not one of '{'=', '!=', '<', '<=', '>', '>='}'"],
    ["metrics.loss IS NULL", "IS NULL / IS NOT NULL is only supported for tags and params, not for 'metric' 'loss'"],
    ["status IN ('RUNNING')", "Only the 'run_id' attribute supports comparison with a list of quoted string values."],
    ["params.lr = '1' or params.lr = '2'", "Invalid clause(s) in filter string: 'OR'. Only AND can join clauses"],
    ["params.lr == '1'", "Invalid comparator '==' not one of '{'=', '!=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL'}'"],
    ["metrics.loss <> 1", "Invalid comparator '<>' not one of '{'=', '!=', '<', '<=', '>', '>='}'"],
    ["tags.team RLIKE 'n.*'", "Invalid comparator 'RLIKE' not one of"],
    ["params.lr = '1'; drop table runs", "Expected a quoted string value for parameter"],
  ])("%s is refused", async (filter, message) => {
    const failure = await catchFailureAsync(() => found(filter));
    expect([failure.kind, failure.message.startsWith(message) || failure.message]).toEqual(["bad_input", true]);
  });
});

describe("an order of runs", () => {
  test.each([
    [[], "delta gamma beta alpha"],
    [["metrics.`train/loss` ASC"], "alpha beta gamma delta"],
    [["metrics.`train/loss` DESC"], "beta alpha gamma delta"],
    [["params.lr"], "beta alpha delta gamma"],
    [["tag.team DESC", "start_time ASC"], "alpha beta gamma delta"],
    [["run_name ASC"], "alpha beta delta gamma"],
  ])("%j", async (order, names) => {
    expect(await found("", order)).toBe(names);
  });

  test("two of one key are refused", async () => {
    const { message } = await catchFailureAsync(() => found("", ["params.lr", "parameters.lr DESC"]));
    expect(message).toBe("`order_by` contains duplicate fields: ['params.lr', 'parameters.lr DESC']");
  });
});

describe("a sort key that cannot be one is refused", () => {
  const page = { filter: "", maxResults: 10, pageToken: undefined };
  test.each([
    ["runs by a dataset", "dataset.name", (orderBy: string[]) => searchRuns(store, { ...plain, ...page, orderBy })],
    ["experiments", "tags.team", (orderBy: string[]) => searchExperiments(store, { ...plain, ...page, orderBy })],
    ["registered models", "tags.team", (orderBy: string[]) => searchRegistered(store, { ...page, orderBy })],
    ["versions of models", "tags.team", (orderBy: string[]) => searchVersions(store, { ...page, orderBy })],
  ])("%s", async (_what, key, search) => {
    const { kind, message } = await catchFailureAsync(() => search([`${key} DESC`]));
    expect([kind, message]).toEqual(["bad_input", expect.stringContaining("Invalid order_by entity")]);
  });
});

test("pages give every run once", async () => {
  const names: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = await searchRuns(store, { ...plain, filter: "", orderBy: ["run_name ASC"], maxResults: 1, pageToken });
    names.push(...page.infos.map(({ name }) => name));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  expect(names).toEqual(["alpha", "beta", "delta", "gamma"]);
});

test("a page token that is none is refused", async () => {
  const { message } = await catchFailureAsync(() =>
    searchRuns(store, { ...plain, filter: "", orderBy: [], pageToken: "%%%" }),
  );
  expect(message).toBe("Invalid page token, could not base64-decode");
});

test("the length of a name is counted in characters, as Python does", async () => {
  await createExperiment(store, { name: "😀".repeat(500), tags: [] }, 1);
  const { message } = await catchFailureAsync(() => createExperiment(store, { name: "😀".repeat(501), tags: [] }, 1));
  expect(message).toBe("'name' exceeds the maximum length of 500 characters");
});

test("experiments are found by name and tag, newest first", async () => {
  for (const [name, time] of [
    ["sft-one", 2000],
    ["sft-two", 3000],
    ["other", 4000],
  ] as const) {
    await createExperiment(store, { name, tags: [{ key: "team", value: name.slice(0, 3) }] }, time);
  }
  const names = async (filter: string, orderBy: readonly string[] = []): Promise<string[]> => {
    const search = { filter, orderBy, view: "ACTIVE_ONLY", maxResults: 10, pageToken: undefined } as const;
    return (await searchExperiments(store, search)).experiments.map(({ name }) => name);
  };
  expect(await names("name LIKE 'sft%'")).toEqual(["sft-two", "sft-one"]);
  expect(await names("tags.team = 'oth'")).toEqual(["other"]);
  expect(await names("creation_time > 2000", ["name ASC"])).toEqual(["other", "sft-two"]);
  expect(await names("experiment_id > 3000000000 and experiment_id > 0.5")).toEqual([]);
});
