import type { ReactNode } from "react";

import type { BudgetCurve } from "../../../domain/money.ts";
import { shownTime, shownUsd } from "../words.ts";

const WIDTH = 320;
const HEIGHT = 96;
const EDGE = { left: 4, right: 4, top: 6, bottom: 6 };

/** Amount left of a budget over time, from its cap down; dashed: its course if the active runs continue. */
export function BurnDown({ curve, name }: { curve: BudgetCurve; name: string }): ReactNode {
  const cap = Number(curve.capUsd);
  const points = curve.points.map(({ at, spentUsd }) => ({ ms: Date.parse(at), left: cap - Number(spentUsd) }));
  const [first, last] = [points[0]!, points.at(-1)!];
  const usedUpMs = curve.usedUpAt === null ? null : Date.parse(curve.usedUpAt);
  // A budget that lasts for years is drawn for as long again as it was used.
  const ahead = last.ms + Math.max(1, last.ms - first.ms);
  const toMs = Math.max(
    last.ms,
    curve.endsAt === null ? Math.min(usedUpMs ?? last.ms, ahead) : Date.parse(curve.endsAt),
  );
  const low = Math.min(0, ...points.map(({ left }) => left));
  const x = (ms: number): number =>
    EDGE.left + ((ms - first.ms) / Math.max(1, toMs - first.ms)) * (WIDTH - EDGE.left - EDGE.right);
  const y = (left: number): number =>
    EDGE.top + ((cap - left) / Math.max(1e-9, cap - low)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const line = points.map(({ ms, left }, index) => `${index === 0 ? "M" : "L"} ${x(ms)} ${y(left)}`).join(" ");
  const label = `Burn-down of ${name}: ${shownUsd(curve.capUsd)} on ${shownTime(curve.from)}, ${shownUsd(String(last.left))} left now${curve.usedUpAt === null ? "" : `, used up ${shownTime(curve.usedUpAt)} if its runs continue`}`;
  return (
    <svg className="burn-down-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line className="zero" x1={EDGE.left} x2={WIDTH - EDGE.right} y1={y(0)} y2={y(0)} />
      <path className="area" d={`${line} L ${x(last.ms)} ${y(0)} L ${x(first.ms)} ${y(0)} Z`} />
      <path className="line" d={line} />
      {usedUpMs === null ? null : (
        <Ahead from={[x(last.ms), y(last.left)]} to={aheadEnd({ last, usedUpMs, toMs, x, y })} />
      )}
      <circle cx={x(last.ms)} cy={y(last.left)} r={3} />
    </svg>
  );
}

type AheadFacts = {
  last: { ms: number; left: number };
  usedUpMs: number;
  toMs: number;
  x: (ms: number) => number;
  y: (left: number) => number;
};

/** End of the dashed line: at zero, or at the edge of the chart. */
function aheadEnd({ last, usedUpMs, toMs, x, y }: AheadFacts): [number, number] {
  const share = Math.min(1, (toMs - last.ms) / Math.max(1, usedUpMs - last.ms));
  return [x(last.ms + share * (usedUpMs - last.ms)), y(last.left * (1 - share))];
}

function Ahead({ from, to }: { from: [number, number]; to: [number, number] }): ReactNode {
  return <line className="ahead" x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} />;
}

/** Placeholder for a curve that is not loaded yet. */
export function NoCurve(): ReactNode {
  return <svg className="burn-down-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden />;
}
