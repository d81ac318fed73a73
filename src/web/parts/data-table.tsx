import type { ReactNode } from "react";

type Props = {
  /** Caption for screen readers. */
  label: string;
  head: readonly string[];
  /** Columns of numbers, by their index. */
  numbers?: readonly number[];
  children: ReactNode;
};

/** A short table with a header; if it is too wide, it scrolls on its own. */
export function DataTable({ label, head, numbers = [], children }: Props): ReactNode {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label={`Table: ${label}`}>
      <table>
        <thead>
          <tr>
            {head.map((name, index) => (
              <th key={name} scope="col" className={numbers.includes(index) ? "number" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** A cell of a number. A narrow page stacks the cells of a row and shows `head` before the number. */
export function NumberCell({ head, children }: { head?: string | undefined; children: ReactNode }): ReactNode {
  return (
    <td className="number" data-head={head}>
      {children}
    </td>
  );
}
