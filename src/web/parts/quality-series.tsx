import type { ReactNode } from "react";
import { Link } from "react-router";

import type { ScoreInterval } from "../../domain/score-interval.ts";
import type { QualitySeries as Series } from "../../domain/watch-plan.ts";
import { DataTable } from "./data-table.tsx";

const WIDTH = 320;
const HEIGHT = 120;
const EDGE = 8;

/** Scores of one target over its evaluations, such as those of monthly replay sets, with 95 % intervals. */
export function QualitySeries({ series }: { series: Series }): ReactNode {
  const { evaluation, target, scorer, points, change } = series;
  const name = `${evaluation}: ${scorer} of ${target}`;
  return (
    <figure className="signal">
      <figcaption>
        <strong>{name}</strong>
        <div className="soft small">
          {points[0]!.mean.toFixed(3)} on {points[0]!.day}, {points.at(-1)!.mean.toFixed(3)} on {points.at(-1)!.day};{" "}
          {change === null
            ? "the change is unknown, because one has no interval"
            : `change ${signed(change.difference)} (95 %: ${signed(change.interval.low)} to ${signed(change.interval.high)})`}
        </div>
      </figcaption>
      <Chart points={points} name={name} />
      <details>
        <summary>Values</summary>
        <DataTable label={name} head={["Day", "Set", "Items", "Score", "95 %"]} numbers={[2, 3, 4]}>
          {points.map(({ id, set, day, mean, interval, n }) => (
            <tr key={id}>
              <td>
                <Link to={`/evaluations/${encodeURIComponent(id)}`}>{day}</Link>
              </td>
              <td>{set}</td>
              <td className="number">{n.toLocaleString()}</td>
              <td className="number">{mean.toFixed(3)}</td>
              <td className="number">{interval === null ? "unknown" : shownInterval(interval)}</td>
            </tr>
          ))}
        </DataTable>
      </details>
    </figure>
  );
}

function Chart({ points, name }: { points: Series["points"]; name: string }): ReactNode {
  const least = Math.min(...points.map(({ mean, interval }) => interval?.low ?? mean));
  const most = Math.max(...points.map(({ mean, interval }) => interval?.high ?? mean));
  const [low, high] = most > least ? [least, most] : [least - 0.5, most + 0.5]; // equal scores are in the middle
  const x = (k: number): number => EDGE + ((k + 0.5) / points.length) * (WIDTH - 2 * EDGE);
  const y = (value: number): number => EDGE + ((high - value) / (high - low)) * (HEIGHT - 2 * EDGE);
  const label = `${name}: ${points.map(({ day, mean }) => `${day} ${mean.toFixed(3)}`).join(", ")}`;
  return (
    <svg className="signal-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {points.map(({ id, mean, interval }, k) => (
        <g className="now" key={id}>
          {interval === null ? null : <line x1={x(k)} x2={x(k)} y1={y(interval.low)} y2={y(interval.high)} />}
          <circle cx={x(k)} cy={y(mean)} r={2.5} />
        </g>
      ))}
    </svg>
  );
}

function shownInterval({ low, high }: ScoreInterval): string {
  return `${low.toFixed(3)}–${high.toFixed(3)}`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
