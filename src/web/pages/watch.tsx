import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { CheckedSignal, WatchCheck, WatchOverview } from "../../domain/watch-check.ts";
import { getJson } from "../api.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { SignalChart } from "../parts/signal-chart.tsx";
import { Alarm } from "../parts/watch-alarm.tsx";
import { WatchWork } from "../parts/watch-work.tsx";
import { shownChange, shownSignal } from "../parts/watch-words.ts";
import "../watch.css";

/** The page Watch: the last check of each monitor, its alarms, its signals over time. */
export default function WatchPage(): ReactNode {
  const reading = useQuery({
    queryKey: ["watch"],
    queryFn: async () => getJson<WatchOverview>("/watch"),
    refetchInterval: 30_000,
  });
  return (
    <Page
      title="Watch"
      lead="The last check of each monitor: production traffic compared with a reference."
      reading={reading}
    >
      {({ checks }) =>
        checks.length === 0 ? (
          <Empty title="No checks yet">
            <pre tabIndex={0}>
              {"tunewright watch import requests.jsonl\ntunewright watch init NAME\ntunewright watch check NAME"}
            </pre>
          </Empty>
        ) : (
          <>
            {checks.map((check) => (
              <Monitor key={check.watch} check={check} />
            ))}
            <WatchWork />
          </>
        )
      }
    </Page>
  );
}

function Monitor({ check }: { check: WatchCheck }): ReactNode {
  const open = check.signals.filter(({ state }) => state === "alarm").length;
  return (
    <section className="panel" aria-labelledby={`watch-${check.watch}`}>
      <h2 id={`watch-${check.watch}`}>{check.watch}</h2>
      <div className="watch-body">
        <p>
          <span className={`state ${open > 0 ? "bad" : check.threshold === null ? "warn" : "good"}`}>
            {open > 0 ? `${open} in alarm` : check.threshold === null ? "cannot alarm yet" : "steady"}
          </span>{" "}
          <span className="soft small">
            checked {check.checkedAt.slice(0, 16).replace("T", " ")} UTC; reference {check.reference.from} to{" "}
            {check.reference.to}, {check.reference.batches} {check.batch}s; {check.watched.batches} watched
            {check.threshold === null
              ? ""
              : `; at most ${100 * check.falseAlarms} % of years have a false alarm over ${check.series} series`}
          </span>
        </p>
        {check.notes.map((note) => (
          <p className="notice warn" key={note}>
            {note}
          </p>
        ))}
        {check.alarms.map((alarm) => (
          <Alarm key={alarm.id} alarm={alarm} marks={check.marks.filter(({ alarm: id }) => id === alarm.id)} />
        ))}
      </div>
      <div className="signals">
        {check.signals.map((signal) => (
          <Signal key={`${signal.signal} ${signal.slice?.by ?? ""} ${signal.slice?.value ?? ""}`} signal={signal} />
        ))}
      </div>
    </section>
  );
}

const STATES: Readonly<Record<CheckedSignal["state"], string>> = {
  steady: "good",
  alarm: "bad",
  muted: "warn",
  "too-short": "warn",
};

function Signal({ signal }: { signal: CheckedSignal }): ReactNode {
  const { label, slice, unit, state, detectable, corrected } = signal;
  const name = slice === null ? label : `${label}, ${slice.by} ${slice.value}`;
  return (
    <figure className="signal">
      <figcaption>
        <strong>{name}</strong> <span className={`state ${STATES[state]}`}>{state.replace("-", " ")}</span>
        <div className="soft small">
          {corrected === null ? "" : `corrected by ${corrected.labels.toLocaleString()} labels of people; `}
          reference {shownSignal(unit, signal.reference)}, last{" "}
          {signal.last === null ? "none" : shownSignal(unit, signal.last)}
          {detectable === null ? "" : `; detects a change of ${shownChange(unit, detectable)} within four batches`}
        </div>
      </figcaption>
      <SignalChart signal={signal} />
      <details>
        <summary>Values</summary>
        <DataTable label={name} head={["Batch", "Rows", "Value", "Statistic"]} numbers={[1, 2, 3]}>
          {signal.batches.map(({ day, rows, value, statistic, isAlarm, isReference }) => (
            <tr key={day}>
              <td>
                {day} {isReference ? "(reference)" : isAlarm ? "(alarm)" : ""}
              </td>
              <td className="number">{rows.toLocaleString()}</td>
              <td className="number">{shownSignal(unit, value)}</td>
              <td className="number">{statistic === null ? "" : statistic.toFixed(2)}</td>
            </tr>
          ))}
        </DataTable>
      </details>
    </figure>
  );
}
