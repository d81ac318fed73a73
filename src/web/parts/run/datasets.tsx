import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { FrozenInput, RunOrigin } from "../../../domain/run-origin.ts";
import type { TrackedRun } from "../../../domain/tracked-run.ts";
import { getJson } from "../../api.ts";
import { shownTime } from "../words.ts";

/** Datasets that a run read, with the frozen version of each and its source files. */
export function Datasets({ run }: { run: TrackedRun }): ReactNode {
  const { data } = useQuery({
    queryKey: ["run-origin", run.id],
    queryFn: async () => getJson<RunOrigin>(`/runs/${run.id}/origin`),
    staleTime: 60_000,
  });
  const frozen = data?.frozen ?? [];
  return (
    <section className="panel" aria-labelledby="datasets">
      <h2 id="datasets">
        Datasets <span className="soft small">{run.datasets.length}</span>
      </h2>
      {run.datasets.length === 0 && frozen.length === 0 ? <p className="soft">The run logged no dataset.</p> : null}
      {run.datasets.map(({ name, digest, context, source }) => (
        <dl className="facts" key={`${name} ${digest}`}>
          <dt>
            {name} {context === null ? null : <span className="badge">{context}</span>}
          </dt>
          <dd>
            {digest}
            <div className="soft">{source}</div>
          </dd>
        </dl>
      ))}
      {frozen.map((version) => (
        <Frozen key={version.version} version={version} />
      ))}
      {run.datasets.length > 0 && data !== undefined && frozen.length === 0 ? (
        <p className="soft small">No frozen version in the programme folder matches these digests.</p>
      ) : null}
    </section>
  );
}

function Frozen({ version }: { version: FrozenInput }): ReactNode {
  return (
    <div className="lineage">
      <p>
        <span className="badge accent">frozen</span> <strong>{version.version}</strong>{" "}
        <span className="soft small">
          {version.rows.toLocaleString()} rows, {shownTime(version.createdAt)} by {version.by}: {version.reason}
          {version.after === null ? "" : `; follows ${version.after}`}
        </span>
      </p>
      <code className="hash">{version.digest}</code>
      <ul>
        {version.files.map(({ file, rows, sha256, source, sourceSha256 }) => (
          <li key={file}>
            <div>
              {file} <span className="soft small">{rows.toLocaleString()} rows</span>
            </div>
            <code className="hash">{sha256}</code>
            <div className="soft small">
              made of {source} <code className="hash">{sourceSha256}</code>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
