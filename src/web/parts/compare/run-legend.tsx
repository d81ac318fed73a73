import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { Link } from "react-router";

import type { TrackedRun } from "../../../domain/tracked-run.ts";
import type { RunGroup } from "../../curves/curve-groups.ts";
import { CURVE_COLOURS } from "../charts/chart-options.ts";
import { Icon } from "../icons.tsx";

/** The line of a run in charts. */
export function LegendLine({ place }: { place: number }): ReactNode {
  return (
    <span
      className={`legend-line${place >= CURVE_COLOURS ? " dashed" : ""}`}
      style={{ color: `var(--curve-${(place % CURVE_COLOURS) + 1})` }}
      aria-hidden
    />
  );
}

/** Legend of the lines by group. */
export function GroupLegend({ groups }: { groups: readonly RunGroup[] }): ReactNode {
  return (
    <ul className="legend compare-legend" aria-label="Groups">
      {groups.map(({ name, members }, place) => (
        <li key={name}>
          <LegendLine place={place} />
          {name} <span className="soft small">{members.length === 1 ? "1 run" : `${members.length} runs`}</span>
        </li>
      ))}
    </ul>
  );
}

/** Legend of the lines by run; each can be removed. */
export function RunLegend({
  runs,
  onRemove,
}: {
  runs: readonly TrackedRun[];
  onRemove: (place: number) => void;
}): ReactNode {
  return (
    <ul className="legend compare-legend" aria-label="Runs">
      {runs.map(({ id, name }, place) => (
        <li key={id}>
          <LegendLine place={place} />
          <Link to={`/runs/${id}`}>{name}</Link>
          {runs.length > 1 ? (
            <Button className="expander" aria-label={`Take out ${name}`} onPress={() => onRemove(place)}>
              <Icon name="close" size={10} />
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
