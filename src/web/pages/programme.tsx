import "../programme.css";

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { Link, useSearchParams } from "react-router";

import type { Quantity } from "../../domain/estimate.ts";
import type { PricedRunList } from "../../domain/money.ts";
import type { ProgrammeOverview, StudyBrief, WrittenReport } from "../../domain/programme-overview.ts";
import type { ProgrammeStatus, StatusStep } from "../../domain/programme-status.ts";
import { getJson } from "../api.ts";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { RunState } from "../parts/run-state.tsx";
import { Tiles } from "../parts/tiles.tsx";
import { shownAge, shownTime, shownWhole } from "../parts/words.ts";
import { useReadsContent } from "../session.ts";

/** The page Programme: its state, the next step, its newest runs, and its reports. */
export default function ProgrammePage(): ReactNode {
  const reading = useQuery({
    queryKey: ["programme"],
    queryFn: async () => getJson<ProgrammeOverview>("/programme"),
    refetchInterval: 30_000,
  });
  // The list of runs comes with the rest: it would push the study down.
  const isWhole = !useNewestRuns().isPending;
  return (
    <Page
      title={reading.data?.status.name ?? reading.data?.programme ?? "Programme"}
      lead={({ intent }) => intent?.description}
      reading={isWhole ? reading : { data: undefined, error: reading.error }}
    >
      {(overview) => (
        <>
          <div className="overview">
            <Steps status={overview.status} />
            <NewestRuns />
          </div>
          {overview.study === null ? null : <Study study={overview.study} overview={overview} />}
          <Reports reports={overview.reports} />
        </>
      )}
    </Page>
  );
}

const STEPS: Readonly<Record<StatusStep["step"], string>> = {
  programme: "Programme",
  datasets: "Datasets",
  study: "Study",
  budget: "Budget",
  maintenance: "Maintenance",
};
const STATES: Readonly<Record<StatusStep["state"], { word: string; tone: string }>> = {
  done: { word: "done", tone: "good" },
  stale: { word: "out of date", tone: "warn" },
  missing: { word: "to do", tone: "" },
  broken: { word: "broken", tone: "bad" },
};

function Steps({ status }: { status: ProgrammeStatus }): ReactNode {
  return (
    <section className="panel" aria-labelledby="steps">
      <h2 id="steps">Status</h2>
      <ol className="steps">
        {status.steps.map(({ step, state, text }) => (
          <li key={step}>
            <span>{STEPS[step]}</span>
            <span className={`state ${STATES[state].tone}`}>{STATES[state].word}</span>
            <span className="soft">{text}</span>
          </li>
        ))}
      </ol>
      {status.dutyDates.length === 0 ? null : (
        <>
          <h3>Upcoming EU AI Act dates</h3>
          <ul className="steps">
            {status.dutyDates.map(({ date, days, what }) => (
              <li key={date}>
                <time dateTime={date}>{date}</time>
                <span className={days <= 30 ? "state warn" : "state"}>{days === 0 ? "today" : `${days} d`}</span>
                <span className="soft">{what}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="next">
        <strong>Next</strong>
        <pre tabIndex={0}>{status.next}</pre>
      </div>
    </section>
  );
}

function useNewestRuns(): UseQueryResult<PricedRunList> {
  return useQuery({
    queryKey: ["runs", "newest"],
    queryFn: async () => getJson<PricedRunList>("/runs", { limit: 6 }),
    refetchInterval: 5_000,
  });
}

function NewestRuns(): ReactNode {
  const { data } = useNewestRuns();
  const runs = data?.runs ?? [];
  return (
    <section className="panel" aria-labelledby="newest">
      <h2 id="newest">Newest runs</h2>
      {data !== undefined && runs.length === 0 ? (
        <p className="soft">
          No runs yet. <Link to="/runs">How to log one</Link>
        </p>
      ) : (
        <ul className="newest">
          {runs.map((run) => (
            <li key={run.id}>
              <Link to={`/runs/${run.id}`}>{run.name}</Link>
              <RunState run={run} />
              <span className="soft small">{shownAge(run.startedAt, Date.now())}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const VERDICTS = {
  go: { word: "Go", tone: "good" },
  "go-if": { word: "Conditional go", tone: "warn" },
  "no-go": { word: "No go", tone: "bad" },
} as const;

function Study({ study, overview: { intent } }: { study: StudyBrief; overview: ProgrammeOverview }): ReactNode {
  const { word, tone } = VERDICTS[study.verdict];
  return (
    <section className="stack" aria-label="Plan">
      <Tiles
        tiles={[
          { term: "Verdict", value: <span className={`verdict ${tone}`}>{word}</span>, detail: study.generatedOn },
          { term: "End to end, USD", ...range(study.endToEnd) },
          { term: "Of it compute, USD", ...range(study.training) },
          { term: "Paid back in month", ...range(study.paybackMonth) },
          {
            term: "Method",
            value: study.method,
            detail: `${intent?.baseModel ?? ""}${study.fleet === null ? "" : ` on ${study.fleet}`}`,
          },
        ]}
      />
      <div className="columns">
        <Points title={study.conditions.length > 0 ? "Conditions" : "Why"} points={conditionsOrReasons(study)} />
        <Points title="Decide next" points={study.decisions} isOrdered />
      </div>
    </section>
  );
}

function conditionsOrReasons({ conditions, reasons }: StudyBrief): readonly string[] {
  return conditions.length > 0 ? conditions : reasons;
}

type PointsProps = { title: string; points: readonly string[]; isOrdered?: boolean };

function Points({ title, points, isOrdered = false }: PointsProps): ReactNode {
  const List = isOrdered ? "ol" : "ul";
  if (points.length === 0) return null;
  return (
    <section className="panel">
      <h2>{title}</h2>
      <List className="points">
        {points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </List>
    </section>
  );
}

/** The median with its range, or the reason why there is none. */
function range(quantity: Quantity): { value: ReactNode; detail: ReactNode } {
  const known = "refused" in quantity ? quantity.known : quantity;
  if (known === undefined) return { value: "unknown", detail: "refused" in quantity ? quantity.refused : "" };
  const [low, high] = [known.p10, known.p90].map((end) => (end === undefined ? "unknown" : shownWhole(end)));
  return { value: shownWhole(known.p50), detail: `${low} to ${high} (p10 to p90)` };
}

const TITLES: Readonly<Record<WrittenReport["kind"], string>> = { study: "Study", data: "Data report" };

/** The reports, each in a separate frame; the open one is in the address. */
function Reports({ reports: written }: { reports: readonly WrittenReport[] }): ReactNode {
  const [words, setWords] = useSearchParams();
  const readsContent = useReadsContent();
  const reports = written.filter(({ kind }) => readsContent || kind !== "data"); // it quotes rows
  if (reports.length === 0) {
    return (
      <Empty title="No report yet">
        <p>The study and the data report appear here after they are written.</p>
        <pre tabIndex={0}>{"tunewright feasibility\ntunewright data report"}</pre>
      </Empty>
    );
  }
  const open = reports.find(({ kind }) => kind === words.get("report")) ?? reports[0]!;
  return (
    <Tabs
      className="tabs"
      selectedKey={open.kind}
      onSelectionChange={(kind) => setWords({ report: String(kind) }, { replace: true })}
    >
      <TabList aria-label="Reports">
        {reports.map(({ kind }) => (
          <Tab key={kind} id={kind} className="tab">
            {TITLES[kind]}
          </Tab>
        ))}
      </TabList>
      {reports.map(({ kind, writtenAt }) => (
        <TabPanel key={kind} id={kind} className="tab-panel">
          <p className="soft small">
            Written {shownTime(writtenAt)}.{" "}
            <a href={`/api/v1/programme/reports/${kind}`} target="_blank" rel="noreferrer">
              Open it alone
            </a>
          </p>
          <iframe
            className="report"
            title={TITLES[kind]}
            src={`/api/v1/programme/reports/${kind}`}
            sandbox=""
            tabIndex={0}
          />
        </TabPanel>
      ))}
    </Tabs>
  );
}
