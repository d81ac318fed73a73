import { useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useRef } from "react";
import { Button } from "react-aria-components";

import type { BillImport } from "../../../domain/bill.ts";
import type { BillFiles } from "../../../domain/bill-lines.ts";
import { wordOf } from "../../form-words.ts";
import { getJson, putFile } from "../../api.ts";
import { DataTable } from "../data-table.tsx";
import { Problem } from "../problem.tsx";
import { shownTime, shownUsd } from "../words.ts";
import { LinesLink } from "./bill-lines.tsx";

/** Loads the imported bills. */
export function useBillFiles(): UseQueryResult<BillFiles> {
  return useQuery({ queryKey: ["money", "bills"], queryFn: async () => getJson<BillFiles>("/bills") });
}

/** Imported bills, a form to import another one, and its repairs. */
export function ImportBill(): ReactNode {
  const client = useQueryClient();
  const { data } = useBillFiles();
  const importing = useMutation({
    mutationFn: upload,
    onSuccess: () => client.invalidateQueries({ queryKey: ["money"] }),
  });
  const result = useRef<HTMLDivElement>(null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    importing.mutate(new FormData(event.currentTarget), { onSettled: () => result.current?.focus() });
  };
  return (
    <section className="panel" aria-labelledby="bills">
      <h2 id="bills">Bills</h2>
      <form className="money-filters" onSubmit={submit}>
        <label className="field">
          <span>FOCUS file: CSV, Parquet, gz or zst</span>
          <input name="file" type="file" required accept=".csv,.tsv,.parquet,.gz,.zst" />
        </label>
        <label className="field">
          <span>Corrects the file (optional)</span>
          <input name="replaces" list="bill-files" />
        </label>
        <datalist id="bill-files">
          {(data?.files ?? []).map(({ file }) => (
            <option key={file} value={file} />
          ))}
        </datalist>
        <label className="field">
          <span>Columns of a file without FOCUS (optional)</span>
          <input name="map" placeholder="BilledCost=Amount, ChargePeriodStart=Date" />
        </label>
        <Button type="submit" className="button primary" isDisabled={importing.isPending}>
          {importing.isPending ? "Importing …" : "Import bill"}
        </Button>
      </form>
      <div ref={result} tabIndex={-1} aria-live="polite">
        {importing.error === null ? null : <Problem error={importing.error} />}
        {importing.data === undefined ? null : <Report report={importing.data} />}
      </div>
      {data === undefined || data.files.length === 0 ? null : <Files files={data.files} />}
    </section>
  );
}

async function upload(form: FormData): Promise<BillImport> {
  const file = form.get("file") as File;
  const map = wordOf(form, "map")
    .split(",")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "");
  const replaces = wordOf(form, "replaces");
  return putFile<BillImport>(`/bills/files/${encodeURIComponent(file.name)}`, file, {
    map,
    replaces: replaces === "" ? undefined : replaces,
  });
}

function Report({ report }: { report: BillImport }): ReactNode {
  const { file, isRepeat, lines, billedTotal, effectiveTotal, currency, repairs, rules, replaced } = report;
  return (
    <div className="stack">
      <p role="status">
        <span className="state good">{isRepeat ? "already imported: nothing changed" : "imported"}</span> {file}:{" "}
        {lines.toLocaleString()} lines, BilledCost {billedTotal} {currency}, EffectiveCost {effectiveTotal}
        {replaced === null ? "" : `; replaces ${replaced}`}
      </p>
      {repairs.length === 0 ? (
        <p className="soft">No repairs were needed.</p>
      ) : (
        <DataTable label="Repairs" head={["Column", "Repairs", "Rows", "Example"]} numbers={[2]}>
          {repairs.map(({ column, rule, count, example }) => (
            <tr key={`${column} ${rule}`}>
              <td>{column}</td>
              <td className="wrap">{rule}</td>
              <td className="number">{count.toLocaleString()}</td>
              <td>
                <code>{example === "" ? "(empty)" : example}</code>
              </td>
            </tr>
          ))}
        </DataTable>
      )}
      {rules.length === 0 ? null : (
        <p className="soft">
          {rules.length} FOCUS rules are violated by this file; <code>tunewright ledger import</code> names each.
        </p>
      )}
    </div>
  );
}

function Files({ files }: BillFiles): ReactNode {
  return (
    <DataTable
      label="Imported bills"
      head={["File", "Imported", "Lines", "Billed", "Effective", "State"]}
      numbers={[2, 3, 4]}
    >
      {files.map(({ file, sha256, importedAt, lines, billed, effective, currency, state }) => (
        <tr key={sha256}>
          <td>{state === "posted" ? <LinesLink lines={{ file }}>{file}</LinesLink> : file}</td>
          <td>{shownTime(importedAt)}</td>
          <td className="number">{lines.toLocaleString()}</td>
          <td className="number">
            {shownUsd(billed)} {currency}
          </td>
          <td className="number">{shownUsd(effective)}</td>
          <td>{state}</td>
        </tr>
      ))}
    </DataTable>
  );
}
