import type { ReactNode } from "react";

type Props = { value: number | null; low: number | undefined; high: number | undefined; ends: [number, number] };

/** A value with its interval on a scale; the numbers are next to it, so screen readers skip it. */
export function Interval({ value, low, high, ends: [from, to] }: Props): ReactNode {
  if (value === null || low === undefined || high === undefined || to <= from) return null;
  const xOf = (number: number): number => 2 + (96 * (Math.min(to, Math.max(from, number)) - from)) / (to - from);
  return (
    <svg className="interval" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {from < 0 && to > 0 ? <line className="rule" x1={xOf(0)} x2={xOf(0)} y1={0} y2={10} /> : null}
      <line x1={xOf(low)} x2={xOf(high)} y1={5} y2={5} />
      <circle cx={xOf(value)} cy={5} r={2} />
    </svg>
  );
}
