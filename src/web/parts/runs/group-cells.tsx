import type { Row } from "@tanstack/react-table";
import { Fragment, type ReactNode } from "react";
import { Button } from "react-aria-components";
import { Link } from "react-router";

import type { NumberSummary, RunGroup, TextSummary } from "../../../domain/run-group.ts";
import { shortHashes } from "../../../report/short-hashes.ts";
import { shortKey } from "../../../report/short-key.ts";
import { StateMark } from "../run-state.tsx";
import { shownCount, shownRange, shownUsd, shownValue } from "../words.ts";
import { type GroupNode, isGroup, type TableNode } from "./run-nodes.ts";

/** Value of a group by one key. */
function shownGroupValue(value: string | null): string {
  return value === null ? "not set" : value.trim() === "" ? "(empty)" : shortHashes(value);
}

/** A group in words: `rate 0.1, optimiser adam`. */
export function groupWords({ by, summary }: GroupNode): string {
  return by.map((key, index) => `${shortKey(key)} ${shownGroupValue(summary.values[index] ?? null)}`).join(", ");
}

/** The values of a group, which opens it, with the number of its runs. */
export function GroupName({ row }: { row: Row<TableNode> }): ReactNode {
  const node = row.original;
  if (!isGroup(node)) return null;
  const { by, summary, loaded, address } = node;
  const content = (
    <span className="two-lines">
      <span className="group-values" title={summary.values.map((value) => value ?? "not set").join(" · ")}>
        {by.map((key, index) => (
          <Fragment key={key}>
            <span className={summary.values[index] === null ? "soft" : undefined}>
              <span className="visually-hidden">{shortKey(key)} </span>
              {shownGroupValue(summary.values[index] ?? null)}
            </span>{" "}
          </Fragment>
        ))}
      </span>
      <span className="soft small">
        {shownCount(summary.runs, "run")}
        {loaded < summary.runs ? `, newest ${loaded.toLocaleString()} here` : ""}
      </span>
    </span>
  );
  return (
    <span className="group-name">
      {row.getCanExpand() ? (
        <Button className="group-toggle" aria-expanded={row.getIsExpanded()} onPress={() => row.toggleExpanded()}>
          <span aria-hidden className="expander">
            {row.getIsExpanded() ? "▾" : "▸"}
          </span>
          {content}
        </Button>
      ) : (
        content
      )}
      {address === undefined ? null : <Link to={address}>all</Link>}
    </span>
  );
}

/** Number of runs of a group in each state. */
export function GroupStates({ states }: Pick<RunGroup, "states">): ReactNode {
  return (
    <span className="group-states">
      {states.map(({ state, runs }) => (
        <StateMark key={state} state={state} count={runs} />
      ))}
    </span>
  );
}

/** A figure of a group above what it was computed from. */
export function TwoLines({ above, below, title }: { above: ReactNode; below?: string; title?: string }): ReactNode {
  return (
    <span className="two-lines" title={title}>
      <span>{above}</span>
      {below === undefined || below === "" ? null : <span className="soft small">{below}</span>}
    </span>
  );
}

/** The sum of the known costs of a group, and how many are unknown. */
export function GroupCost({ costUsd, unpriced }: Pick<RunGroup, "costUsd" | "unpriced">): ReactNode {
  if (costUsd === null) return <span className="soft">unknown</span>;
  return <TwoLines above={shownUsd(costUsd)} below={unpriced === 0 ? "" : `${unpriced.toLocaleString()} unknown`} />;
}

/** The prices per hour in a group. */
export function GroupRate({ usdPerHour }: Pick<RunGroup, "usdPerHour">): ReactNode {
  if (usdPerHour === null) return <span className="soft">–</span>;
  const { lowest, highest } = usdPerHour;
  return lowest === highest ? shownUsd(lowest) : `${shownUsd(lowest)} to ${shownUsd(highest)}`;
}

/** A metric of a group: mean, lowest to highest, and of how many runs. */
export function GroupNumber({ summary }: { summary: NumberSummary }): ReactNode {
  const { mean, lowest, highest, finite, nan, infinite, missing } = summary;
  const marks = [...(nan === 0 ? [] : [`${nan} NaN`]), ...(infinite === 0 ? [] : [`${infinite} infinite`])];
  if (mean === null && marks.length === 0) return <span className="soft">–</span>;
  const runs = finite + nan + infinite + missing;
  const below = [
    ...(lowest !== highest ? [shownRange(lowest!, highest!)] : []),
    ...(finite > 0 && finite < runs ? [`${finite} of ${runs}`] : []),
  ].join(" · ");
  const title = [
    `mean of ${shownCount(finite, "run")}`,
    ...marks,
    ...(missing === 0 ? [] : [`${missing} without`]),
  ].join(", ");
  return (
    <TwoLines
      title={title}
      below={below}
      above={
        <>
          {marks.length === 0 ? null : <span className="state bad">{marks.join(", ")}</span>}
          {mean === null ? null : shownValue(mean)}
        </>
      }
    />
  );
}

/** A text of a group: the value if all runs share it, otherwise how many there are. */
export function GroupText({ summary }: { summary: TextSummary }): ReactNode {
  const { only, different, missing } = summary;
  if (different === 0) return <span className="soft">–</span>;
  const above =
    only === null ? <span className="soft">{different} values</span> : <span title={only}>{shortHashes(only)}</span>;
  return <TwoLines above={above} below={missing === 0 ? "" : `${missing} without`} />;
}
