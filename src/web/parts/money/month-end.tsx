import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "react-aria-components";

import type { ClosedPeriod } from "../../../domain/ledger.ts";
import type { MoneyOverview } from "../../../domain/money.ts";
import type { Chargeback, MonthPack } from "../../../domain/money-accounts.ts";
import { wordOf } from "../../form-words.ts";
import { getJson, postJson } from "../../api.ts";
import { download } from "../../download.ts";
import { DataTable } from "../data-table.tsx";
import { Problem } from "../problem.tsx";
import { shownTime, shownUsd } from "../words.ts";

/** The previous month, which is closed next. */
function lastMonth(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)).toISOString().slice(0, 7);
}

/** Chargeback of a month by team, its files for finance, and its closing. */
export function MonthEnd({ closed }: Pick<MoneyOverview, "closed">): ReactNode {
  const [month, setMonth] = useState(() => lastMonth(new Date()));
  const [tag, setTag] = useState("team");
  const charges = useQuery({
    queryKey: ["money", "chargeback", month, tag],
    queryFn: async () => getJson<Chargeback>("/chargeback", { month, tag }),
  });
  const show = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const words = new FormData(event.currentTarget);
    setMonth(wordOf(words, "month"));
    setTag(wordOf(words, "tag") || "team");
  };
  return (
    <section className="panel" aria-labelledby="month-end">
      <h2 id="month-end">Chargeback and month end</h2>
      <form className="money-filters" onSubmit={show}>
        <label className="field">
          <span>Month</span>
          <input name="month" required pattern="\d{4}-(0[1-9]|1[0-2])" placeholder="2026-11" defaultValue={month} />
        </label>
        <label className="field">
          <span>Run tag with the team</span>
          <input name="tag" defaultValue={tag} />
        </label>
        <Button type="submit" className="button">
          Show
        </Button>
      </form>
      {charges.error === null ? null : <Problem error={charges.error} />}
      {charges.data === undefined ? null : <Charges charges={charges.data} />}
      <Closing key={month} month={month} tag={tag} closed={closed.find(({ period }) => period === month)} />
    </section>
  );
}

function Charges({ charges: { month, teams, totals, csv } }: { charges: Chargeback }): ReactNode {
  if (teams.length === 0) return <p className="soft">No costs in {month}.</p>;
  return (
    <>
      <DataTable
        label="Chargeback"
        head={["Team", "Runs", "GPU-hours", "Accrued", "Billed (effective)", "Unpriced runs"]}
        numbers={[1, 2, 3, 4, 5]}
      >
        {teams.map(({ team, runs, gpuHours, accruedUsd, billedUsd, unpriced }) => (
          <tr key={team}>
            <td>{team}</td>
            <td className="number">{runs}</td>
            <td className="number">{gpuHours === null ? "unknown" : gpuHours.toFixed(2)}</td>
            <td className="number">{shownUsd(accruedUsd)}</td>
            <td className="number">{shownUsd(billedUsd)}</td>
            <td className="number">{unpriced}</td>
          </tr>
        ))}
        <tr className="total">
          <td>total</td>
          <td className="number">{totals.runs}</td>
          <td className="number">{totals.gpuHours === null ? "unknown" : totals.gpuHours.toFixed(2)}</td>
          <td className="number">{shownUsd(totals.accruedUsd)}</td>
          <td className="number">{shownUsd(totals.billedUsd)}</td>
          <td className="number">{totals.unpriced}</td>
        </tr>
      </DataTable>
      <p>
        <Button className="button" onPress={() => download(`chargeback-${month}.csv`, csv)}>
          Chargeback as CSV
        </Button>
      </p>
    </>
  );
}

type ClosingOf = { month: string; tag: string; closed: MoneyOverview["closed"][number] | undefined };

function Closing({ month, tag, closed }: ClosingOf): ReactNode {
  const client = useQueryClient();
  const pack = useMutation({ mutationFn: async () => getJson<MonthPack>("/month-pack", { month, tag }) });
  const closing = useMutation({
    mutationFn: async (by: string) => postJson<ClosedPeriod>("/ledger/periods", { period: month, by }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["money"] }),
  });
  const close = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    closing.mutate(wordOf(new FormData(event.currentTarget), "by"));
  };
  return (
    <div className="stack">
      <form className="money-filters" onSubmit={close}>
        <Button className="button" isDisabled={pack.isPending} onPress={() => pack.mutate()}>
          {pack.isPending ? "Preparing files …" : `Files of ${month}`}
        </Button>
        {closed === undefined ? (
          <>
            <label className="field">
              <span>Your name, to close the month {month}</span>
              <input name="by" required maxLength={80} />
            </label>
            <Button type="submit" className="button" isDisabled={closing.isPending}>
              Close {month}
            </Button>
          </>
        ) : (
          <p className="soft">
            {month} was closed by {closed.closedBy} on {shownTime(closed.closedAt)}.
          </p>
        )}
      </form>
      {closing.error === null ? null : <Problem error={closing.error} />}
      {closing.data === undefined ? null : (
        <p role="status">
          <span className="state good">closed</span> {closing.data.period} with {closing.data.size.toLocaleString()}{" "}
          entries, root <code>{closing.data.root.slice(0, 16)}</code>. No entry can be posted to it any more. Store the
          head, which is in the files of the month, elsewhere.
        </p>
      )}
      {pack.error === null ? null : <Problem error={pack.error} />}
      {pack.data === undefined ? null : (
        <p role="status">
          {pack.data.isClosed ? "Closed" : "Not closed yet"},{" "}
          {pack.data.isIntact ? "verified" : "the ledger is NOT intact"}:{" "}
          {pack.data.files.map(({ name, content }) => (
            <span key={name}>
              <Button className="money-link" onPress={() => download(name, content, "application/octet-stream")}>
                {name}
              </Button>{" "}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
