import type { ReactNode } from "react";

import type { CheckedSignal, WatchedBatch } from "../../domain/watch-check.ts";
import { shownSignal } from "./watch-words.ts";

const WIDTH = 320;
const HEIGHT = 120;
const EDGE = { left: 6, right: 6, top: 8, bottom: 8 };

/** A signal over its batches: the band of the reference, each batch with its interval, and those in alarm as diamonds. */
export function SignalChart({ signal }: { signal: CheckedSignal }): ReactNode {
  const { batches, unit, label } = signal;
  if (batches.length === 0) return <p className="soft small">no batch yet</p>;
  const least = Math.min(...batches.map(({ interval }) => interval.low));
  const most = Math.max(...batches.map(({ interval }) => interval.high));
  const [low, high] = most > least ? [least, most] : [least - 0.5, most + 0.5]; // a constant signal is in the middle
  const spread = high - low;
  const x = (k: number): number => EDGE.left + ((k + 0.5) / batches.length) * (WIDTH - EDGE.left - EDGE.right);
  const y = (value: number): number => EDGE.top + ((high - value) / spread) * (HEIGHT - EDGE.top - EDGE.bottom);
  const reference = batches.filter(({ isReference }) => isReference);
  const half =
    reference.reduce((sum, { interval }) => sum + (interval.high - interval.low) / 2, 0) /
    Math.max(1, reference.length);
  const alarms = batches.filter(({ isAlarm }) => isAlarm).length;
  const name = `${label}: ${batches.length} batches, reference ${shownSignal(unit, signal.reference)}, last ${signal.last === null ? "none" : shownSignal(unit, signal.last)}, ${alarms} in alarm`;
  return (
    <svg className="signal-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={name}>
      <rect
        className="band"
        x={EDGE.left}
        width={WIDTH - EDGE.left - EDGE.right}
        y={y(signal.reference + half)}
        height={Math.max(1, y(signal.reference - half) - y(signal.reference + half))}
      />
      <line className="mean" x1={EDGE.left} x2={WIDTH - EDGE.right} y1={y(signal.reference)} y2={y(signal.reference)} />
      {reference.length > 0 && reference.length < batches.length ? (
        <line className="border" x1={x(reference.length - 0.5)} x2={x(reference.length - 0.5)} y1={0} y2={HEIGHT} />
      ) : null}
      {batches.map((batch, k) => (
        <Batch key={batch.day} batch={batch} x={x(k)} y={y} />
      ))}
    </svg>
  );
}

function Batch({ batch, x, y }: { batch: WatchedBatch; x: number; y: (value: number) => number }): ReactNode {
  const kind = batch.isAlarm ? "in-alarm" : batch.isReference ? "past" : "now";
  const middle = y(batch.value);
  return (
    <g className={kind}>
      <line x1={x} x2={x} y1={y(batch.interval.low)} y2={y(batch.interval.high)} />
      {batch.isAlarm ? (
        <path d={`M ${x} ${middle - 5} l 5 5 l -5 5 l -5 -5 z`} />
      ) : (
        <circle cx={x} cy={middle} r={2.5} />
      )}
    </g>
  );
}
