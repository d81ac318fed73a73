import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import type { PaperApproval } from "../../../domain/paper-approval.ts";
import type { PaperList, PaperSummary } from "../../../domain/paper-list.ts";
import { getJson, postJson } from "../../api.ts";
import { useMayChange, useSession } from "../../session.ts";
import { ConfirmButton } from "../confirm-button.tsx";
import { DataTable } from "../data-table.tsx";
import { Problem } from "../problem.tsx";
import { sayDone } from "../toasts.tsx";
import { shownTime } from "../words.ts";

const KEY = ["comply", "papers"];

/** Papers of the programme: read, download, approve. Read-only roles see no buttons. */
export function Papers(): ReactNode {
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: async () => getJson<PaperList>("/comply/papers"),
    staleTime: 60_000,
  });
  return (
    <section className="panel" aria-labelledby="papers">
      <h2 id="papers">Papers</h2>
      {error === null ? null : <Problem error={error} />}
      {data === undefined ? (
        error === null ? (
          <p className="soft">Loading the papers</p>
        ) : null
      ) : (
        <DataTable label="Papers" head={["Paper", "Filled", "Approved", "SHA-256", "Download", "Approve"]}>
          {data.papers.map((paper) => (
            <PaperRow key={paper.id} paper={paper} />
          ))}
        </DataTable>
      )}
    </section>
  );
}

function PaperRow({ paper }: { paper: PaperSummary }): ReactNode {
  const { id, title, filled, fields, withheld, sha256 } = paper;
  const mayChange = useMayChange();
  const address = `/api/v1/comply/papers/${id}`;
  return (
    <tr>
      <td className="wrap">
        <a href={address} target="_blank" rel="noreferrer">
          {title}
        </a>
      </td>
      <td>
        {filled} of {fields}
        {withheld === 0 ? null : <div className="state warn">{withheld} withheld</div>}
      </td>
      <td className="wrap">
        <Approval approval={paper.approval} />
      </td>
      <td>
        <code title={sha256}>{sha256.slice(0, 12)}</code>
      </td>
      <td>
        {(["docx", "md", "json"] as const).map((format) => (
          <a key={format} href={`${address}?format=${format}`} download aria-label={`${title} as ${format}`}>
            {format}{" "}
          </a>
        ))}
      </td>
      <td>{mayChange ? <Approve paper={paper} /> : <span className="soft">read only</span>}</td>
    </tr>
  );
}

function Approval({ approval }: Pick<PaperSummary, "approval">): ReactNode {
  if (approval === null) return <span className="soft">draft</span>;
  return (
    <>
      {approval.by}, {shownTime(approval.at)}
      {approval.isCurrent ? null : <div className="state warn">changed since</div>}
    </>
  );
}

/**
 * Asks for the approver, then approves the paper that is shown; the server rejects the approval if the paper has
 * changed.
 */
function Approve({ paper: { id, title, sha256 } }: { paper: PaperSummary }): ReactNode {
  const account = useSession()?.name ?? null;
  const queries = useQueryClient();
  const [by, setBy] = useState("");
  const [note, setNote] = useState("");
  const approve = async (): Promise<void> => {
    const approval = await postJson<PaperApproval>(`/comply/papers/${id}/approvals`, {
      by: account ?? by.trim(),
      note: note.trim(),
      sha256,
    });
    await queries.invalidateQueries({ queryKey: KEY });
    sayDone({ text: `${title} approved by ${approval.by}` });
  };
  return (
    <ConfirmButton label="Approve" name={`Approve ${title}`} title={`Approve ${title}?`} onConfirm={approve}>
      <p>
        The approval records the person, the time and the SHA-256 of the paper: <code>{sha256}</code>
      </p>
      {account === null ? (
        <div className="field">
          <label htmlFor={`by-${id}`}>Person who approves</label>
          <input id={`by-${id}`} value={by} maxLength={200} onChange={(event) => setBy(event.target.value)} />
        </div>
      ) : (
        <p>Signed as {account}.</p>
      )}
      <div className="field">
        <label htmlFor={`note-${id}`}>Note</label>
        <input id={`note-${id}`} value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} />
      </div>
    </ConfirmButton>
  );
}
