import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "react-aria-components";
import { Link, useSearchParams } from "react-router";

import type { BillLines as Lines } from "../../../domain/bill-lines.ts";
import { getJson } from "../../api.ts";
import { DataTable } from "../data-table.tsx";
import { Problem } from "../problem.tsx";
import { shownUsd } from "../words.ts";

/** Filter of the lines, from the address of the page. */
export type LinesOf = { class?: string; run?: string; place?: string; file?: string };

const KEYS = ["class", "run", "place", "file"] as const;

/** The address of the page with the lines of a class, a run, a machine or a file. */
function useLinesOf(): { chosen: LinesOf | null; choose: (lines: LinesOf | null) => void } {
  const [words, setWords] = useSearchParams();
  const chosen = Object.fromEntries(
    KEYS.flatMap((key) => {
      const value = words.get(`lines.${key}`);
      return value === null ? [] : [[key, value]];
    }),
  ) as LinesOf;
  return {
    chosen: Object.keys(chosen).length === 0 ? null : chosen,
    choose: (lines) => {
      const next = new URLSearchParams(words);
      for (const key of KEYS) next.delete(`lines.${key}`);
      for (const [key, value] of Object.entries(lines ?? {})) next.set(`lines.${key}`, value);
      setWords(next, { preventScrollReset: true });
    },
  };
}

/** A name that opens the bill lines behind it. */
export function LinesLink({ lines, children }: { lines: LinesOf; children: ReactNode }): ReactNode {
  const { choose } = useLinesOf();
  return (
    <Button className="money-link" onPress={() => choose(lines)}>
      {children}
    </Button>
  );
}

/** The bill lines behind a figure of the page. */
export function BillLines(): ReactNode {
  const { chosen, choose } = useLinesOf();
  const heading = useRef<HTMLHeadingElement>(null);
  const name = chosen === null ? "" : Object.values(chosen).join(", ");
  const { data, error } = useQuery({
    queryKey: ["money", "lines", chosen],
    queryFn: async () => getJson<Lines>("/bills/lines", { ...chosen, limit: 50 }),
    enabled: chosen !== null,
  });
  useEffect(() => {
    if (name !== "") heading.current?.focus();
  }, [name]);
  if (chosen === null) return null;
  return (
    <section className="panel" aria-labelledby="lines">
      <h2 id="lines" ref={heading} tabIndex={-1}>
        Bill lines of {name}{" "}
        <span className="soft small">
          {data === undefined ? "" : `${data.lines.length} of ${data.total}, most expensive first`}
        </span>
      </h2>
      <p>
        <Button className="button" onPress={() => choose(null)}>
          Close the lines
        </Button>
      </p>
      {error === null ? null : <Problem error={error} />}
      {data === undefined ? null : (
        <DataTable
          label="Bill lines"
          head={["File", "Line", "Class", "Charged for", "From", "To", "Billed", "Effective", "Why"]}
          numbers={[1, 6, 7]}
        >
          {data.lines.map(({ file, line, class: className, runId, why, billed, effective, currency, ...rest }) => (
            <tr key={`${file} ${line}`}>
              <td>{file}</td>
              <td className="number">{line}</td>
              <td>
                {className}
                {runId === null ? null : (
                  <>
                    {" "}
                    <Link to={`/runs/${runId}`}>{runId.slice(0, 8)}</Link>
                  </>
                )}
              </td>
              <td className="wrap">{[rest.resource, rest.description || rest.service].filter(Boolean).join(": ")}</td>
              <td>{rest.from.slice(0, 16).replace("T", " ")}</td>
              <td>{rest.to.slice(0, 16).replace("T", " ")}</td>
              <td className="number">
                {shownUsd(billed)}
                {currency === "USD" ? "" : ` ${currency}`}
              </td>
              <td className="number">{shownUsd(effective)}</td>
              <td className="wrap soft">{why}</td>
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  );
}
