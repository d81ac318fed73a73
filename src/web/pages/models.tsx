import "../models.css";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Dialog, DialogTrigger, Input, Label, Popover, SearchField, TextField } from "react-aria-components";
import { Link, useSearchParams } from "react-router";

import { callMlflow, getMlflow } from "../api.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icons.tsx";
import { Page } from "../parts/page.tsx";
import { attempt, sayDone } from "../parts/toasts.tsx";
import { shownAge, shownTime } from "../parts/words.ts";

type Alias = { alias: string; version: string | number };
type Model = { name: string; description?: string; last_updated_timestamp: number | string; aliases?: Alias[] };
type Version = {
  version: string | number;
  run_id?: string;
  creation_timestamp: number | string;
  description?: string;
  current_stage?: string;
  source?: string;
  status?: string;
  aliases?: string[];
};

/** Maximum number of models and versions read at once. */
const MOST = "1000";

/** Registered models, their versions with aliases, and the run that each came from. */
export default function ModelsPage(): ReactNode {
  const [words, setWords] = useSearchParams();
  const search = words.get("search") ?? "";
  const reading = useQuery({
    queryKey: ["models"],
    queryFn: async () => {
      const { registered_models: models = [] } = await getMlflow<{ registered_models?: Model[] }>(
        "registered-models/search",
        { max_results: MOST },
      );
      return models;
    },
    refetchInterval: 15_000,
  });
  return (
    <Page
      title="Models"
      lead="Registered models. An alias, such as champion, marks the version in use."
      reading={reading}
      actions={(models) =>
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
      {(models) => {
        const shown = models.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
        if (models.length === 0) return <NoModels />;
        if (shown.length === 0) return <Empty title="No model matches" />;
        return shown.map((model) => <ModelPanel key={model.name} model={model} />);
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

function ModelPanel({ model }: { model: Model }): ReactNode {
  const { data } = useQuery({
    queryKey: ["models", model.name],
    queryFn: async () => {
      const { model_versions: versions = [] } = await getMlflow<{ model_versions?: Version[] }>(
        "model-versions/search",
        { filter: `name='${model.name.replaceAll("'", "''")}'`, max_results: MOST },
      );
      return versions.toSorted((a, b) => Number(b.version) - Number(a.version));
    },
  });
  const id = `model-${model.name.replaceAll(/\W/g, "-")}`;
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{model.name}</h2>
      {model.description === undefined || model.description === "" ? null : <p className="soft">{model.description}</p>}
      <DataTable label={model.name} head={["Version", "Aliases", "Stage", "Source run", "Created", "Description"]}>
        {(data ?? []).map((version) => (
          <tr key={version.version}>
            <td>
              <strong>v{version.version}</strong>
              {version.status === undefined || version.status === "READY" ? null : (
                <span className="state warn">{version.status.toLowerCase().replaceAll("_", " ")}</span>
              )}
            </td>
            <td>
              <Aliases model={model} version={version} />
            </td>
            <td>{version.current_stage === "None" ? "" : version.current_stage}</td>
            <td>
              {version.run_id === undefined || version.run_id === "" ? (
                <span className="soft">not known</span>
              ) : (
                <Link to={`/runs/${version.run_id}`}>{version.run_id.slice(0, 8)}</Link>
              )}
            </td>
            <td title={shownTime(isoOf(version.creation_timestamp))}>
              {shownAge(isoOf(version.creation_timestamp), Date.now())}
            </td>
            <td className="wrap">{version.description}</td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

function isoOf(ms: number | string): string {
  return new Date(Number(ms)).toISOString();
}

/** Aliases of a version; an alias can be added or removed, and both can be undone. */
function Aliases({ model, version }: { model: Model; version: Version }): ReactNode {
  const client = useQueryClient();
  const [alias, setAlias] = useState("");
  const own = (model.aliases ?? []).filter((alias) => String(alias.version) === String(version.version));
  const change = async (method: "POST" | "DELETE", name: string, to = String(version.version)): Promise<void> => {
    await callMlflow(
      "registered-models/alias",
      { name: model.name, alias: name, ...(method === "POST" ? { version: to } : {}) },
      method,
    );
    await client.invalidateQueries({ queryKey: ["models"] });
  };
  const give = async (): Promise<void> => {
    const name = alias.trim();
    const before = (model.aliases ?? []).find((alias) => alias.alias === name);
    await change("POST", name);
    setAlias("");
    sayDone({
      text: `${name} now points to version ${version.version}`,
      undo: () =>
        void attempt(before === undefined ? change("DELETE", name) : change("POST", name, String(before.version))),
    });
  };
  const take = async (name: string): Promise<void> => {
    await change("DELETE", name);
    sayDone({ text: `Alias ${name} removed`, undo: () => void attempt(change("POST", name)) });
  };
  return (
    <span className="aliases">
      {own.map(({ alias: name }) => (
        <span key={name} className="badge accent">
          {name}
          <Button className="expander" aria-label={`Remove alias ${name}`} onPress={() => void attempt(take(name))}>
            <Icon name="close" size={9} />
          </Button>
        </span>
      ))}
      <DialogTrigger>
        <Button className="button quiet" aria-label={`Give version ${version.version} an alias`}>
          +
        </Button>
        <Popover className="popover">
          <Dialog className="inside" aria-label="New alias">
            {({ close }) => (
              <form
                className="toolbar"
                onSubmit={(event: FormEvent) => {
                  event.preventDefault();
                  close();
                  void attempt(give());
                }}
              >
                <TextField value={alias} onChange={setAlias} isRequired autoFocus>
                  <Label className="visually-hidden">Alias</Label>
                  <Input className="input" placeholder="champion" />
                </TextField>
                <Button type="submit" className="button primary">
                  Give
                </Button>
              </form>
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
    </span>
  );
}
