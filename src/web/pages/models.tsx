import "../models.css";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Input, Label, SearchField } from "react-aria-components";
import { Link, useSearchParams } from "react-router";

import { Empty } from "../parts/empty.tsx";
import { Description } from "../parts/models/description.tsx";
import { readRegistry, type Registry } from "../parts/models/read-registry.ts";
import { type Model, versionsOf } from "../parts/models/registry.ts";
import { VersionTable } from "../parts/models/version-table.tsx";
import { Page } from "../parts/page.tsx";

/** Maximum number of runs that can be compared. */
const MOST_COMPARED = 20;

/** Registered models, their versions with aliases, and the run, the results and the data that each came from. */
export default function ModelsPage(): ReactNode {
  const client = useQueryClient();
  const [words, setWords] = useSearchParams();
  const search = words.get("search") ?? "";
  const reading = useQuery({
    queryKey: ["models"],
    queryFn: async () => readRegistry(client),
    refetchInterval: 15_000,
  });
  return (
    <Page
      title="Models"
      lead="Registered models. An alias, such as champion, marks the version in use."
      reading={reading}
      actions={({ models }) =>
        models.length === 0 ? null : (
          <SearchField
            value={search}
            onChange={(next) => setWords(next === "" ? {} : { search: next }, { replace: true })}
          >
            <Label className="visually-hidden">Find a model</Label>
            <Input className="input" placeholder="Find a model" />
          </SearchField>
        )
      }
    >
      {(registry) => {
        const { models } = registry;
        const shown = models.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
        if (models.length === 0) return <NoModels />;
        if (shown.length === 0) return <Empty title="No model matches" />;
        return shown.map((model) => <ModelPanel key={model.name} model={model} registry={registry} />);
      }}
    </Page>
  );
}

function NoModels(): ReactNode {
  return (
    <Empty title="No registered models">
      <p>Register a model with the MLflow client.</p>
      <pre tabIndex={0}>{'mlflow.register_model(f"runs:/{run_id}/model", "contracts-extractor")'}</pre>
    </Empty>
  );
}

function ModelPanel({ model, registry }: { model: Model; registry: Registry }): ReactNode {
  const versions = versionsOf(model, registry.versions);
  const runs = [...new Set(versions.flatMap(({ run_id: id = "" }) => (id === "" ? [] : [id])))];
  const compared = runs.slice(0, MOST_COMPARED).map((run) => `run=${run.slice(0, 12)}`);
  const id = `model-${model.name.replaceAll(/\W/g, "-")}`;
  return (
    <section className="panel stacked model" aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{model.name}</h2>
        {compared.length < 2 ? null : (
          <Link className="button" to={`/compare?${compared.join("&")}`}>
            Compare {compared.length === runs.length ? "the runs" : `the newest ${compared.length} runs`}
          </Link>
        )}
      </div>
      <Description model={model} />
      {versions.length === 0 ? (
        <p className="soft">No version yet.</p>
      ) : (
        <VersionTable model={model} versions={versions} runs={registry.runs} />
      )}
    </section>
  );
}
