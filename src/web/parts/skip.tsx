import { type ReactNode, useState } from "react";

/** A skip with its reason. Enter skips, Escape cancels. */
export function Skip({ onSkip, onCancel }: { onSkip: (reason: string) => void; onCancel: () => void }): ReactNode {
  const [reason, setReason] = useState("");
  return (
    <form
      className="skip-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") onSkip(reason.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onCancel();
      }}
    >
      <div className="field">
        <label htmlFor="skip-reason">Why is this row skipped?</label>
        <input
          id="skip-reason"
          dir="auto"
          maxLength={1000}
          value={reason}
          autoFocus
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <div className="work-tools">
        <button type="submit" className="button primary" disabled={reason.trim() === ""}>
          Skip row
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Back
        </button>
      </div>
    </form>
  );
}
