import type { ReactNode } from "react";

/** A figure with its name and its basis. */
type TileFacts = { term: string; value: ReactNode; detail: ReactNode };

/** The few figures at the top of a page. */
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
