import type { ReactNode } from "react";

type Props = {
  share: number | null;
  label: string;
  /** True if the whole is a goal rather than a limit; exceeding it is then no warning. */
  isGoal?: boolean;
};

/** A share as a bar with its number; above the whole it turns into a warning, also in words. */
export function ShareBar({ share, label, isGoal = false }: Props): ReactNode {
  if (share === null) return <span className="soft">unknown</span>;
  const percent = Math.round(100 * share);
  return (
    <span className="share">
      <span className="share-track" aria-hidden>
        <span
          className={share >= 1 && !isGoal ? "share-fill over" : "share-fill"}
          style={{ width: `${Math.max(0, Math.min(100, percent))}%` }}
        />
      </span>
      {percent} %<span className="visually-hidden"> {label}</span>
    </span>
  );
}
