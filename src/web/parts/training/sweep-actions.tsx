import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Input, Label, TextField } from "react-aria-components";

import type { Sweep } from "../../../domain/sweep.ts";
import { postJson } from "../../api.ts";
import { ConfirmButton } from "../confirm-button.tsx";
import { sayDone } from "../toasts.tsx";
import { ApproveCost, useMayApprove } from "./approve-cost.tsx";

type Props = { sweep: Pick<Sweep, "id" | "name" | "endedAt" | "maxUsd" | "state"> };

/** Approves a sweep that waits for it, stops one that has not ended, or resumes one that can continue, after confirmation. */
export function SweepActions({ sweep }: Props): ReactNode {
  const mayApprove = useMayApprove();
  if (sweep.state !== "awaiting-approval" || !mayApprove) return <StopOrResume sweep={sweep} />;
  return (
    <div className="toolbar">
      <ApproveCost of={sweep} path={`/sweeps/${sweep.id}/approve`} />
      <StopOrResume sweep={sweep} />
    </div>
  );
}

function StopOrResume({ sweep }: Props): ReactNode {
  const queries = useQueryClient();
  const [maxUsd, setMaxUsd] = useState("");
  const typed = maxUsd.trim();
  const isOpen = sweep.endedAt === null;
  if (!isOpen && sweep.state === "done") return null;
  const verb = isOpen ? "Stop" : "Resume";
  return (
    <ConfirmButton
      label={verb}
      name={`${verb} ${sweep.name}`}
      title={`${verb} ${sweep.name}?`}
      onConfirm={async () => {
        const body = isOpen ? {} : { id: sweep.id, ...(typed === "" ? {} : { maxUsd: typed }) };
        await postJson<Sweep>(`/sweeps/${sweep.id}/${isOpen ? "stop" : "resume"}`, body);
        await queries.invalidateQueries({ queryKey: ["training"] });
        setMaxUsd("");
        sayDone({ text: isOpen ? `${sweep.name} is stopping` : `${sweep.name} continues` });
      }}
    >
      {isOpen ? (
        <p>No new trial starts. Running trials save a checkpoint and end; you can resume the sweep.</p>
      ) : (
        <>
          <p>Its trials continue where they stopped, which costs money.</p>
          <TextField className="field" value={maxUsd} onChange={setMaxUsd}>
            <Label>New budget in USD{sweep.maxUsd === null ? "" : `; empty keeps ${sweep.maxUsd}`}</Label>
            <Input className="input" inputMode="decimal" />
          </TextField>
        </>
      )}
    </ConfirmButton>
  );
}
