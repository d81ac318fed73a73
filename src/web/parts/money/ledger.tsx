import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "react-aria-components";
import { Link } from "react-router";

import type { LedgerEntry, LedgerPage } from "../../../domain/ledger.ts";
import { wordOf } from "../../form-words.ts";
import { getJson } from "../../api.ts";
import { DataTable } from "../data-table.tsx";
import { Problem } from "../problem.tsx";
import { shownUsd } from "../words.ts";
import { LinesLink, type LinesOf } from "./bill-lines.tsx";

const KINDS = ["reserve", "release", "accrue", "suspend", "bill", "match", "spend", "reverse"];

const NO_FILTER = { account: "", kind: "", run: "", from: "", to: "" };
type Filter = typeof NO_FILTER;

/** Number of entries on one page. */
const PAGE = 20;

/** Reads a page of the ledger; without a filter, the newest entries. */
export function useLedgerPage(filter: Filter = NO_FILTER, before?: number): UseQueryResult<LedgerPage> {
  return useQuery({
    queryKey: ["money", "ledger", filter, before],
    queryFn: async () => {
      const words = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));
      return getJson<LedgerPage>("/ledger", { ...words, before, limit: PAGE });
    },
    placeholderData: keepPreviousData,
  });
}

/** The ledger, filtered; an entry links to its run and to the bill lines behind it. */
export function Ledger(): ReactNode {
  const [filter, setFilter] = useState(NO_FILTER);
  const [before, setBefore] = useState<number>();
  const { data, error } = useLedgerPage(filter, before);
  const isFiltered = Object.values(filter).some((value) => value !== "");
  if (data?.total === 0) return null;
  const oldest = data?.entries.at(-1)?.seq;
  const show = (next: Filter): void => {
    setBefore(undefined);
    setFilter(next);
  };
  return (
    <section className="panel" aria-labelledby="ledger">
      <h2 id="ledger">
        Ledger{" "}
        <span className="soft small" role="status">
          {data === undefined
            ? ""
            : `${data.entries.length} shown of ${data.total.toLocaleString()} entries${isFiltered ? ", filtered" : ""}`}
        </span>
      </h2>
      <Filters key={JSON.stringify(filter)} filter={filter} onShow={show} />
      {error === null ? null : <Problem error={error} />}
      {data === undefined ? null : (
        <>
          <DataTable label="Ledger" head={["No.", "Date", "Kind", "Account", "Amount", "Memo"]} numbers={[0, 4]}>
            {data.entries.map((entry) => (
              <Entry key={entry.seq} entry={entry} onAccount={(account) => show({ ...NO_FILTER, account })} />
            ))}
          </DataTable>
          <div className="toolbar money-pages">
            <Button className="button" isDisabled={data.entries.length < PAGE} onPress={() => setBefore(oldest)}>
              Older
            </Button>
            <Button className="button" isDisabled={before === undefined} onPress={() => setBefore(undefined)}>
              Newest
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function Filters({ filter, onShow }: { filter: Filter; onShow: (filter: Filter) => void }): ReactNode {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const words = new FormData(event.currentTarget);
    const word = (key: string): string => wordOf(words, key);
    onShow({ account: word("account"), kind: word("kind"), run: word("run"), from: word("from"), to: word("to") });
  };
  return (
    <form className="money-filters" onSubmit={submit}>
      <label className="field">
        <span>Account</span>
        <input name="account" defaultValue={filter.account} placeholder="leak: for all leaks" />
      </label>
      <label className="field">
        <span>Kind</span>
        <select name="kind" defaultValue={filter.kind}>
          <option value="">all kinds</option>
          {KINDS.map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Run id</span>
        <input name="run" defaultValue={filter.run} />
      </label>
      <label className="field">
        <span>From</span>
        <input name="from" type="date" defaultValue={filter.from} />
      </label>
      <label className="field">
        <span>To</span>
        <input name="to" type="date" defaultValue={filter.to} />
      </label>
      <Button type="submit" className="button">
        Filter
      </Button>
      <Button className="button" onPress={() => onShow(NO_FILTER)}>
        Clear
      </Button>
    </form>
  );
}

function Entry({ entry, onAccount }: { entry: LedgerEntry; onAccount: (account: string) => void }): ReactNode {
  const { seq, effectiveAt, kind, memo, lines, runId } = entry;
  const behind = linesBehind(entry);
  return lines.map(({ account, amount }, index) => (
    <tr key={`${seq}-${account}`}>
      <td className="number">{index === 0 ? seq : ""}</td>
      <td>{index === 0 ? effectiveAt.slice(0, 10) : ""}</td>
      <td>{index === 0 ? kind : ""}</td>
      <td>
        <Button className="money-link" onPress={() => onAccount(account)}>
          {account}
        </Button>
      </td>
      <td className="number">{shownUsd(amount)}</td>
      <td className="wrap">
        {index > 0 ? null : (
          <>
            {memo}{" "}
            {runId === null ? null : (
              <Link className="money-link" to={`/runs/${runId}`}>
                run
              </Link>
            )}{" "}
            {behind === null ? null : <LinesLink lines={behind}>bill lines</LinesLink>}
          </>
        )}
      </td>
    </tr>
  ));
}

/** Bill lines for which an entry was posted: those of its run, or of its class. */
function linesBehind({ kind, runId, lines }: LedgerEntry): LinesOf | null {
  if (kind !== "bill" && kind !== "match") return null;
  if (runId !== null) return { run: runId };
  const name = lines.map(({ account }) => /^(?:leak|nonwork):(.+)$/.exec(account)?.[1]).find((found) => found);
  return name === undefined ? null : { class: name };
}
