import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";
import { Link } from "react-router";

import { DataTable, NumberCell } from "../data-table.tsx";
import { RunState } from "../run-state.tsx";
import { shownAge, shownTime, shownValue } from "../words.ts";
import { Aliases } from "./aliases.tsx";
import { artifactFolder, firstVersions, type Model, resultKeys, type SourceRun, type Version } from "./registry.ts";

type Props = { model: Model; versions: readonly Version[]; runs: ReadonlyMap<string, SourceRun> };

/** Versions of a model: their aliases, the run that made each, its results, and the datasets that it read. */
export function VersionTable({ model, versions, runs }: Props): ReactNode {
  const [showsAll, setShowsAll] = useState(false);
  const first = firstVersions(model, versions);
  const shown = showsAll ? versions : first;
  const own = first.flatMap(({ run_id: id = "" }) => runs.get(id) ?? []);
  const results = resultKeys(own.map(({ run }) => run));
  const hasStages = versions.some(({ current_stage: stage = "None" }) => stage !== "None");
  const head = ["Version", "Aliases", ...(hasStages ? ["Stage"] : []), "Run", ...results, "Data", "Created"];
  const firstResult = hasStages ? 4 : 3;
  return (
    <>
      <DataTable label={model.name} head={head} numbers={results.map((_, place) => firstResult + place)}>
        {shown.map((version) => {
          const source = runs.get(version.run_id ?? "");
          return (
            <tr key={version.version}>
              <td data-head="Version">
                <strong>v{version.version}</strong>
                <Readiness status={version.status} />
                {version.description === undefined || version.description === "" ? null : (
                  <div className="soft small version-about">{version.description}</div>
                )}
              </td>
              <td data-head="Aliases">
                <Aliases model={model} version={version} />
              </td>
              {hasStages ? (
                <td data-head="Stage">{version.current_stage === "None" ? "" : version.current_stage}</td>
              ) : null}
              <td data-head="Run">
                <RunOf version={version} source={source} />
              </td>
              {results.map((key) => (
                <NumberCell key={key} head={key}>
                  {resultOf(source, key)}
                </NumberCell>
              ))}
              <td data-head="Data">
                <DataOf source={source} />
              </td>
              <td data-head="Created" title={shownTime(isoOf(version.creation_timestamp))}>
                {shownAge(isoOf(version.creation_timestamp), Date.now())}
              </td>
            </tr>
          );
        })}
      </DataTable>
      {shown.length === versions.length ? null : (
        <Button className="button quiet" onPress={() => setShowsAll(true)}>
          Show all {versions.length.toLocaleString()} versions
        </Button>
      )}
    </>
  );
}

function isoOf(ms: number | string): string {
  return new Date(Number(ms)).toISOString();
}

function Readiness({ status = "READY" }: { status: string | undefined }): ReactNode {
  return status === "READY" ? null : <span className="state warn">{status.toLowerCase().replaceAll("_", " ")}</span>;
}

/** The run that made a version, and its files. */
function RunOf({ version, source }: { version: Version; source: SourceRun | undefined }): ReactNode {
  const { run_id: id = "" } = version;
  if (id === "") return <span className="soft">not known</span>;
  const folder = artifactFolder(version);
  return (
    <span className="source-run">
      <Link to={`/runs/${id}`}>{source?.run.name ?? id.slice(0, 8)}</Link>
      {source === undefined || source.run.status === "FINISHED" ? null : <RunState run={source.run} />}
      {folder === undefined ? null : (
        <Link className="small" to={`/runs/${id}?${new URLSearchParams({ tab: "artifacts", folder })}`}>
          files
        </Link>
      )}
    </span>
  );
}

function resultOf(source: SourceRun | undefined, key: string): ReactNode {
  const value = source?.run.metrics.find((metric) => metric.key === key)?.value;
  if (value === undefined) return <span className="soft">–</span>;
  return typeof value === "string" ? <span className="state bad">{value}</span> : shownValue(value);
}

/** Datasets that the run of a version read; a mark says that the programme has the frozen version. */
function DataOf({ source }: { source: SourceRun | undefined }): ReactNode {
  if (source === undefined || source.run.datasets.length === 0) return <span className="soft">not logged</span>;
  const [frozen] = source.origin?.frozen ?? [];
  return (
    <Link to={`/runs/${source.run.id}?tab=overview`}>
      {source.run.datasets.map(({ name, digest }) => (
        <span key={`${name} ${digest}`} className="dataset">
          {name} <code className="small">{digest.slice(0, 12)}</code>
        </span>
      ))}
      {frozen === undefined ? null : <span className="badge accent">frozen {frozen.version}</span>}
    </Link>
  );
}
