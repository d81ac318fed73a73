import { experimentIdOf } from "../../../track/experiments.ts";
import { addCostMetrics, costMetrics } from "../../../programme/money/cost-metrics.ts";
import { readRuns } from "../../../track/read-runs.ts";
import { searchDatasets } from "../../../track/search/search-datasets.ts";
import { searchExperiments } from "../../../track/search/search-experiments.ts";
import { searchRuns, type View } from "../../../track/search/search-runs.ts";
import { invalid } from "../../../track/track-failure.ts";
import { engineerOf } from "../../access/engineer-of.ts";
import { optional } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import { wireExperiment, wireRun } from "../../mlflow/wire.ts";

const PAGE = {
  filter: optional("text"),
  max_results: optional("int"),
  page_token: optional("text"),
  order_by: optional("texts"),
} as const;

/** Most results of a search. @source mlflow 3.11 store/tracking/__init__.py */
const MOST = { runs: 50_000, experiments: 50_000, datasetExperiments: 20 } as const;

const DEFAULT = 1000;

/** Searches: runs, experiments, datasets. */
export function addSearchRoutes(api: MlflowApi): void {
  const { store, programmes, pricesOf, now } = api.context;
  api.add("POST runs/search", {
    fields: { ...PAGE, experiment_ids: optional("texts"), run_view_type: optional("text") },
    answer: async (
      { experiment_ids = [], filter = "", run_view_type, max_results, page_token, order_by = [] },
      _raw,
      c,
    ) => {
      const pricing = { programmes, pricesOf, now, engineer: engineerOf(c) };
      const { infos, nextPageToken } = await searchRuns(store, {
        experimentIds: experiment_ids.map(experimentIdOf),
        filter,
        view: viewOf(run_view_type, "run_view_type"),
        orderBy: order_by,
        maxResults: countOf(max_results, MOST.runs),
        pageToken: page_token,
        computed: costMetrics(store, pricing),
      });
      const runs = await readRuns(store.db, infos);
      // A client that searches by cost sees it; any other gets the answer of MLflow's server.
      if ([filter, ...order_by].some(namesCost)) await addCostMetrics(store, runs, pricing);
      return {
        ...(runs.length === 0 ? {} : { runs: runs.map(wireRun) }),
        ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }),
      };
    },
  });
  for (const method of ["GET", "POST"] as const) {
    api.add(`${method} experiments/search`, {
      fields: { ...PAGE, view_type: optional("text") },
      answer: async ({ filter = "", view_type, max_results, page_token, order_by = [] }) => {
        const { experiments, nextPageToken } = await searchExperiments(store, {
          filter,
          view: viewOf(view_type, "view_type"),
          orderBy: order_by,
          maxResults: countOf(max_results, MOST.experiments),
          pageToken: page_token,
        });
        return {
          ...(experiments.length === 0 ? {} : { experiments: experiments.map(wireExperiment) }),
          ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }),
        };
      },
    });
  }
  api.add("POST experiments/search-datasets", {
    fields: { experiment_ids: optional("texts") },
    answer: async ({ experiment_ids = [] }) => {
      if (experiment_ids.length > MOST.datasetExperiments) {
        throw invalid(
          `SearchDatasets request cannot specify more than ${MOST.datasetExperiments} experiment_ids. ` +
            `Received ${experiment_ids.length} experiment_ids.`,
        );
      }
      if (experiment_ids.length === 0) {
        throw invalid("SearchDatasets request must specify at least one experiment_id.");
      }
      const found = await searchDatasets(store, experiment_ids.map(experimentIdOf));
      return found.length === 0 ? {} : { dataset_summaries: found };
    },
  });
}

/** Whether a filter or an order names a metric of cost. */
function namesCost(text: string): boolean {
  return /\bmetrics?\b[`"]?\.[`"]?cost\./i.test(text);
}

const VIEWS: readonly View[] = ["ACTIVE_ONLY", "DELETED_ONLY", "ALL"];

function viewOf(word: string | undefined, name: string): View {
  if (word === undefined || word === "") return "ACTIVE_ONLY";
  const view = VIEWS.find((known) => known === word.toUpperCase());
  if (view === undefined)
    throw invalid(
      `Invalid value ${JSON.stringify(word)} for parameter '${name}' supplied: must be one of ${VIEWS.join(", ")}`,
    );
  return view;
}

function countOf(given: number | bigint | undefined, most: number): number {
  const count = given ?? DEFAULT;
  if (count < 0 || count > most) {
    throw invalid(
      `Invalid value ${count} for parameter 'max_results' supplied. It must be at ${count < 0 ? "least 0" : `most ${most}`}`,
    );
  }
  return Number(count);
}
