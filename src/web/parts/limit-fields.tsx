import { type ReactNode, useId } from "react";
import { Input, Label, TextField } from "react-aria-components";

import type { Limits, TypedLimits } from "../curves/chart-range.ts";

/** The texts of the two fields. */
export type LimitTexts = { low: string; high: string };

type Props = {
  name: string;
  typed: LimitTexts;
  onChange: (typed: LimitTexts) => void;
  /** Result of the last reading of the fields. */
  read: TypedLimits | undefined;
  isClock?: boolean;
  autoFocus?: boolean;
};

/** The two limits of an axis, and what is wrong with them. */
export function LimitFields({ name, typed, onChange, read, isClock = false, autoFocus = false }: Props): ReactNode {
  const problem = read !== undefined && "problem" in read ? read.problem : undefined;
  const problemId = useId();
  return (
    <fieldset className={`limits${isClock ? " tall" : ""}`}>
      <legend>{name}</legend>
      {(["low", "high"] as const).map((end) => (
        <TextField
          key={end}
          className="field"
          value={typed[end]}
          onChange={(text) => onChange({ ...typed, [end]: text })}
          isInvalid={problem !== undefined}
          aria-describedby={problemId}
          {...(end === "low" && autoFocus ? { autoFocus } : {})}
          {...(isClock ? { type: "datetime-local" } : { inputMode: "decimal" })}
        >
          <Label>{end === "low" ? "Lowest" : "Highest"}</Label>
          <Input className="input" placeholder="automatic" step={isClock ? 1 : undefined} autoComplete="off" />
        </TextField>
      ))}
      <p id={problemId} className="problem small" role="alert">
        {problem}
      </p>
    </fieldset>
  );
}

/** The texts of limits; automatic ones are empty. */
export function limitTexts(limits: Limits | undefined, shown: (value: number) => string): LimitTexts {
  const text = (value: number | undefined): string => (value === undefined ? "" : shown(value));
  return { low: text(limits?.low), high: text(limits?.high) };
}
