import { type ReactNode, useEffect, useState } from "react";
import { Button, ToggleButton } from "react-aria-components";
import { Link, useParams } from "react-router";

import type { TrackedRun } from "../../domain/tracked-run.ts";
import { type Curves, useLiveRun } from "../live-run.ts";
import { CurveChart, type CurveView } from "../parts/curve-chart.tsx";
import { CurveControls } from "../parts/curve-controls.tsx";
import { Empty } from "../parts/empty.tsx";
import { Problem } from "../parts/problem.tsx";
import { RunState } from "../parts/run-state.tsx";
import { sayDone } from "../parts/toasts.tsx";
import { shownAge, shownDuration, shownTime } from "../parts/words.ts";

/** One run: its state, its curves as they grow, and what it was started with. */
export default function RunPage(): ReactNode {
  const { id = "" } = useParams();
  const { run, curves, error } = useLiveRun(id);
  const [view, setView] = useState<CurveView>({ axis: "step", isLog: false, smoothing: 0 });
  useEffect(() => {
    document.title = run === undefined ? "Run · Tunewright" : `${run.name} · Tunewright`;
  }, [run]);
  if (error !== null) return <Problem error={error} />;
  if (run === undefined) return <p className="soft">Loading …</p>;
  return (
    <>
      <RunHead run={run} />
      <RunTiles run={run} />
      <section aria-label="Curves" style={{ display: "grid", gap: "var(--space-3)" }}>
        <CurveControls view={view} onChange={setView} />
        <CurveGroups curves={curves ?? new Map()} view={view} />
      </section>
      <RunFacts run={run} />
    </>
  );
}

function RunHead({ run }: { run: TrackedRun }): ReactNode {
  return (
    <div className="page-head">
      <div>
        <p className="small soft">
          <Link to="/runs">Runs</Link> / {run.experiment}
        </p>
        <h1>
          {run.name} <RunState run={run} />
        </h1>
        <p className="small soft">
          <code>{run.id}</code>
        </p>
      </div>
      <Button
        className="button"
        onPress={() => {
          void navigator.clipboard.writeText(run.id).then(() => sayDone({ text: "Id copied" }));
        }}
      >
        Copy id
      </Button>
    </div>
  );
}

function RunTiles({ run }: { run: TrackedRun }): ReactNode {
  const step = run.metrics.reduce(
    (most, metric) => Math.max(most, metric.key.startsWith("system/") ? 0 : Number(metric.step)),
    0,
  );
  const loss = run.metrics.find(({ key }) => /(^|[/_])eval_loss$|(^|\/)loss$/.test(key));
  return (
    <dl className="tiles">
      <Tile term="Started" detail={`by ${run.user === "" ? "unknown" : run.user}`}>
        {shownTime(run.startedAt)}
      </Tile>
      <Tile
        term="Active"
        detail={`${run.activity.length} interval${run.activity.length === 1 ? "" : "s"} seen by the server`}
      >
        {shownDuration(run.activeSec)}
      </Tile>
      <Tile term="Last sign of life" detail={run.endedAt === null ? "not ended" : `ended ${shownTime(run.endedAt)}`}>
        {run.lastSeenAt === null ? "unknown" : shownAge(run.lastSeenAt, Date.now())}
      </Tile>
      <Tile term="Step" detail="highest of its metrics">
        {run.metrics.length === 0 ? "none yet" : String(step)}
      </Tile>
      {loss === undefined ? null : (
        <Tile term={loss.key} detail={`at step ${loss.step}`}>
          {typeof loss.value === "number" ? String(Number(loss.value.toPrecision(5))) : loss.value}
        </Tile>
      )}
    </dl>
  );
}

function Tile({ term, detail, children }: { term: string; detail: string; children: ReactNode }): ReactNode {
  return (
    <div className="tile">
      <dt>{term}</dt>
      <dd>
        {children}
        <div className="detail">{detail}</div>
      </dd>
    </div>
  );
}

/** Charts of the training first, those of the machine behind a button: `system/` is MLflow's prefix for them. */
function CurveGroups({ curves, view }: { curves: Curves; view: CurveView }): ReactNode {
  const [showsSystem, setShowsSystem] = useState(false);
  const names = [...curves.keys()];
  if (names.length === 0) return <Empty title="No metrics yet">Curves appear here as the trainer logs them.</Empty>;
  const system = names.filter((name) => name.startsWith("system/"));
  const shown = showsSystem ? names : names.filter((name) => !name.startsWith("system/"));
  return (
    <>
      <div className="charts">
        {shown.map((name) => (
          <CurveChart key={name} title={name} curves={[{ name, points: curves.get(name)! }]} view={view} />
        ))}
      </div>
      {system.length === 0 ? null : (
        <div>
          <ToggleButton className="button" isSelected={showsSystem} onChange={setShowsSystem}>
            System metrics ({system.length})
          </ToggleButton>
        </div>
      )}
    </>
  );
}

function RunFacts({ run }: { run: TrackedRun }): ReactNode {
  const groups = [
    { title: "Parameters", pairs: run.params },
    { title: "Tags", pairs: run.tags.filter(({ key }) => key !== "mlflow.note.content") },
    {
      title: "Datasets",
      pairs: run.datasets.map(({ name, digest, context }) => ({
        key: name,
        value: `${digest}${context === null ? "" : `, ${context}`}`,
      })),
    },
  ];
  const note = run.tags.find(({ key }) => key === "mlflow.note.content");
  return (
    <div className="columns">
      {note === undefined ? null : (
        <section className="panel">
          <h2>Note</h2>
          <p style={{ whiteSpace: "pre-wrap" }}>{note.value}</p>
        </section>
      )}
      {groups.map(({ title, pairs }) => (
        <section className="panel" key={title}>
          <h2>
            {title} <span className="soft small">{pairs.length}</span>
          </h2>
          {pairs.length === 0 ? (
            <p className="soft">None.</p>
          ) : (
            <dl className="facts">
              {pairs.map(({ key, value }) => (
                <FactPair key={key} name={key} value={value} />
              ))}
            </dl>
          )}
        </section>
      ))}
    </div>
  );
}

function FactPair({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
