import type { ReactNode } from "react";

type Props = {
  share: number | null;
  label: string;
  /** The whole is what is wanted, not a limit: then it is no warning. */
  isGoal?: boolean;
};

/** A share as a bar with its number; past the whole it turns to a warning, in words too. */
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
