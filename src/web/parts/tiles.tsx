import type { ReactNode } from "react";

/** A figure with its name and its basis. */
export type TileFacts = { term: string; value: ReactNode; detail: ReactNode };

type Props = {
  tiles: readonly TileFacts[];
  /** True if a narrow window shows only the figures, without their basis. */
  isCompact?: boolean;
};

/** The few figures at the top of a page. */
export function Tiles({ tiles, isCompact = false }: Props): ReactNode {
  return (
    <dl className={isCompact ? "tiles compact" : "tiles"}>
      {tiles.map(({ term, value, detail }) => (
        <div className="tile" key={term}>
          <dt>{term}</dt>
          <dd>
            {value}
            <div className="detail">{detail}</div>
          </dd>
        </div>
      ))}
    </dl>
  );
}
