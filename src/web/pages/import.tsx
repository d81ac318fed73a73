import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Input, Label, TextField } from "react-aria-components";
import { Link } from "react-router";

import type { ItemCounts, RunImport, RunImportRequest } from "../../domain/run-import.ts";
import { postJson } from "../api.ts";
import { Checkbox } from "../parts/checkbox.tsx";
import { DataTable, NumberCell } from "../parts/data-table.tsx";
import { Page } from "../parts/page.tsx";
import { Problem } from "../parts/problem.tsx";
import { Tiles } from "../parts/tiles.tsx";
import { shownBytes, shownCount } from "../parts/words.ts";

/** Supported sources, and their names. */
const SOURCES = [
  ["MLflow server", "http://tracking.example.com:5000"],
  ["MLflow folder", "/srv/mlruns"],
  ["MLflow SQLite file", "/srv/mlflow.db"],
  ["W&B runs on disk", "/srv/wandb"],
  ["W&B exports", "/srv/exports/my-project"],
  ["Trackio project", "/srv/trackio/project.db"],
] as const;

/** Imports the runs and models of another tracker. */
export default function ImportPage(): ReactNode {
  const client = useQueryClient();
  const [source, setSource] = useState("");
  const [skipArtifacts, setSkipArtifacts] = useState(false);
  const importing = useMutation({
    mutationFn: (request: RunImportRequest) => postJson<RunImport>("/runs/import", request),
    onSettled: () => Promise.all(["runs", "models"].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    importing.mutate({ source: source.trim(), skipArtifacts });
  };
  return (
    <Page
      title="Import"
      crumbs={<Link to="/runs">Runs</Link>}
      lead="Imports runs from another tracker with metrics, params, tags, datasets and artifacts, and the registered and logged models of MLflow. Repeating an import adds only what is new."
      reading={{ data: true, error: null }}
    >
      {() => (
        <>
          <form className="panel stack" onSubmit={submit}>
            <TextField className="field" value={source} onChange={setSource} isRequired>
              <Label>URL, or path on the server</Label>
              <Input className="input" placeholder="http://127.0.0.1:5000 or an absolute path" />
            </TextField>
            <Checkbox isSelected={skipArtifacts} onChange={setSkipArtifacts}>
              Do not copy artifacts
            </Checkbox>
            <div className="toolbar">
              <Button type="submit" className="button primary" isDisabled={importing.isPending}>
                {importing.isPending ? "Importing …" : "Import"}
              </Button>
              {importing.isPending ? (
                <span className="soft small" role="status">
                  A large tracker takes minutes. If the import is interrupted, start it again: it continues.
                </span>
              ) : null}
            </div>
          </form>
          {importing.error === null ? null : <Problem error={importing.error} />}
          {importing.data === undefined ? <Sources /> : <Result result={importing.data} />}
        </>
      )}
    </Page>
  );
}

function Sources(): ReactNode {
  return (
    <section className="panel" aria-labelledby="sources">
      <h2 id="sources">What can be read</h2>
      <DataTable label="Sources" head={["Source", "Named by"]}>
        {SOURCES.map(([name, example]) => (
          <tr key={name}>
            <td>{name}</td>
            <td>
              <code>{example}</code>
            </td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

function Result({ result }: { result: RunImport }): ReactNode {
  const { runs, artifacts, skipped } = result;
  return (
    <section className="stack" aria-label="Result">
      <p role="status">
        <span className={`state ${result.agrees ? "good" : "bad"}`}>
          {result.agrees ? "the counts agree" : "the counts do NOT match: import again"}
        </span>
      </p>
      <Tiles
        tiles={[
          { term: "Runs", value: runs.found.toLocaleString(), detail: shownCount(result.experiments, "experiment") },
          { term: "New", value: runs.imported.toLocaleString(), detail: `${runs.updated} updated` },
          { term: "Unchanged", value: runs.unchanged.toLocaleString(), detail: "imported before" },
          { term: "Points stored", value: result.stored.toLocaleString(), detail: `${result.points} read` },
          {
            term: "Files copied",
            value: artifacts.files.toLocaleString(),
            detail: `${shownBytes(artifacts.bytes)}, ${artifacts.known} already stored`,
          },
        ]}
      />
      <Models result={result} />
      {skipped.length === 0 ? null : (
        <div className="notice warn">
          <strong>Left out</strong>
          {skipped.map(({ what, count }) => (
            <span key={what}>
              {count.toLocaleString()} x {what}
            </span>
          ))}
        </div>
      )}
      <p>
        <Link to="/runs">See the runs</Link>
        {result.registeredModels.found === 0 ? null : (
          <>
            {" · "}
            <Link to="/models">See the models</Link>
          </>
        )}
      </p>
    </section>
  );
}

const MODEL_HEADS = ["Found", "New", "Updated", "Unchanged", "Left out"] as const;

/** Counts of the kinds of models that the source has; nothing for a source without models. */
function Models({ result }: { result: RunImport }): ReactNode {
  const kinds: [string, ItemCounts][] = [
    ["Registered models", result.registeredModels],
    ["Model versions", result.modelVersions],
    ["Logged models", result.loggedModels],
  ];
  const shown = kinds.filter(([, { found }]) => found > 0);
  if (shown.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="models">
      <h2 id="models">Models</h2>
      <DataTable label="Models" head={["Kind", ...MODEL_HEADS]} numbers={MODEL_HEADS.map((_, index) => index + 1)}>
        {shown.map(([name, { found, imported, updated, unchanged, leftOut }]) => (
          <tr key={name}>
            <td>{name}</td>
            {[found, imported, updated, unchanged, leftOut].map((count, column) => (
              <NumberCell key={MODEL_HEADS[column]} head={MODEL_HEADS[column]}>
                {count.toLocaleString()}
              </NumberCell>
            ))}
          </tr>
        ))}
      </DataTable>
    </section>
  );
}
