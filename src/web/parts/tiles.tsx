import type { ReactNode } from "react";

/** A figure with its name and what it rests on. */
type TileFacts = { term: string; value: ReactNode; detail: ReactNode };

/** The few figures that a page begins with. */
export function Tiles({ tiles }: { tiles: readonly TileFacts[] }): ReactNode {
  return (
    <dl className="tiles">
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
