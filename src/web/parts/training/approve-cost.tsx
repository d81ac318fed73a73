import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Input, Label, TextField } from "react-aria-components";

import { postJson } from "../../api.ts";
import { useSession } from "../../session.ts";
import { ConfirmButton } from "../confirm-button.tsx";
import { sayDone } from "../toasts.tsx";

/** Whether the account may approve costs. The server rejects other roles. */
export function useMayApprove(): boolean {
  const role = useSession()?.role;
  return role === "finance" || role === "admin";
}

type Props = { of: { id: string; name: string; maxUsd: string | null }; path: string };

/** Asks for the approver, unless an account is signed in, and approves the cost of a job or a sweep. */
export function ApproveCost({ of: { id, name, maxUsd }, path }: Props): ReactNode {
  const account = useSession()?.name ?? null;
  const queries = useQueryClient();
  const [by, setBy] = useState("");
  return (
    <ConfirmButton
      label="Approve"
      name={`Approve ${name}`}
      title={`Approve ${name}?`}
      onConfirm={async () => {
        const who = account ?? by.trim();
        await postJson(path, { id, by: who });
        await queries.invalidateQueries({ queryKey: ["training"] });
        sayDone({ text: `${name} approved by ${who}` });
      }}
    >
      <p>
        {maxUsd === null ? "It has a price and no cap." : `It may cost up to ${maxUsd} USD.`} It then starts, and the
        approver stays on record.
      </p>
      {account === null ? (
        <TextField className="field" value={by} onChange={setBy} isRequired>
          <Label>Person who approves</Label>
          <Input className="input" />
        </TextField>
      ) : null}
    </ConfirmButton>
  );
}
