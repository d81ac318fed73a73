import { type ReactNode, useDeferredValue, useState } from "react";
import { Input, Label, SearchField, ToggleButton } from "react-aria-components";

import { putWord, useAddress } from "../../address.ts";
import { useChartRanges } from "../../curves/chart-ranges.ts";
import type { CurveView, NamedCurve } from "../../curves/curve-data.ts";
import { chartSearch } from "../../chart-search.ts";
import { metricRank } from "../../../report/usual-columns.ts";
import { useSlashFocus } from "../../slash-focus.ts";
import { CurveChart } from "./curve-chart.tsx";
import { CurveControls } from "./curve-controls.tsx";
import { Empty } from "../empty.tsx";

/** MLflow's prefix for metrics of the machine. */
const SYSTEM = "system/";

/** With at least this many charts, a search field appears. */
const MANY = 4;

/** Charts are grouped only if a group has at least this many of them: smaller groups would leave half of each row empty. */
const GROUP_AT_LEAST = 3;

type Chart = { title: string; curves: readonly NamedCurve[] };
type Props = { charts: readonly Chart[]; view: CurveView; onView: (part: Partial<CurveView>) => void };

/**
 * Charts of the training in groups by the first part of their name, losses first; those of the machine are behind a
 * button.
 */
export function ChartGrid({ charts, view, onView }: Props): ReactNode {
  const [showsSystem, setShowsSystem] = useState(false);
  const [search, setSearch] = useChartSearch();
  const { isWanted, problem } = chartSearch(useDeferredValue(search));
  const input = useSlashFocus();
  const ranges = useChartRanges();
  if (charts.length === 0) return <Empty title="No metrics yet">Curves appear here as the trainer logs them.</Empty>;
  const system = charts.filter(({ title }) => title.startsWith(SYSTEM)).length;
  const shown = charts
    .filter(({ title }) => (showsSystem || !title.startsWith(SYSTEM)) && isWanted(title))
    .toSorted((a, b) => metricRank(a.title) - metricRank(b.title));
  const groups = grouped(shown);
  return (
    <section className="stack" aria-label="Curves">
      <div className="toolbar">
        <CurveControls
          view={view}
          metrics={charts.map(({ title }) => title)}
          onChange={(part) => {
            if (part.axis !== undefined && part.axis !== view.axis) ranges.clearX();
            onView(part);
          }}
        />
        {system === 0 ? null : (
          <ToggleButton className="button" isSelected={showsSystem} onChange={setShowsSystem}>
            System metrics <span className="soft">{system}</span>
          </ToggleButton>
        )}
        {charts.length < MANY ? null : (
          <SearchField value={search} onChange={setSearch}>
            <Label className="visually-hidden">Find charts by a regular expression</Label>
            <Input ref={input} className="input" placeholder="Find charts: loss|acc" spellCheck={false} />
          </SearchField>
        )}
        {problem === undefined ? null : (
          <span className="soft small" role="status">
            {problem}
          </span>
        )}
      </div>
      {shown.length === 0 ? <p className="soft">No chart matches.</p> : null}
      {[...groups].map(([group, members]) => (
        <div key={group} className="chart-group">
          {groups.size > 1 ? <div className="nav-group">{group === "" ? "other" : group}</div> : null}
          <div className="charts">
            {members.map(({ title, curves }) => (
              <CurveChart key={title} title={title} curves={curves} view={view} ranges={ranges} group="curves" />
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}

/** The search for charts, from the address. */
function useChartSearch(): [string, (search: string) => void] {
  const [words, edit] = useAddress();
  const [text, setText] = useState(words.get("charts") ?? ""); // the address follows what is typed, and may lag
  const change = (search: string): void => {
    setText(search);
    edit((next) => putWord(next, "charts", search));
  };
  return [text, change];
}

/** Charts by the part of their name before the first slash; one group if all groups are small. */
function grouped(charts: readonly Chart[]): Map<string, Chart[]> {
  const groups = new Map<string, Chart[]>();
  for (const chart of charts) {
    const slash = chart.title.indexOf("/");
    const group = slash < 0 ? "" : chart.title.slice(0, slash);
    groups.set(group, [...(groups.get(group) ?? []), chart]);
  }
  return [...groups.values()].some(({ length }) => length >= GROUP_AT_LEAST) ? groups : new Map([["", [...charts]]]);
}
