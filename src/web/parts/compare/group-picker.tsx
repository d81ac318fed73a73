import type { ReactNode } from "react";

import { Picker } from "./picker.tsx";

/** The choice of no group. A param may have any name except the empty one. */
const NONE = "";

type Props = { params: readonly string[]; value: string | null; onChange: (param: string | null) => void };

/** Chooses the param by which runs are grouped: each group is drawn as its mean, with a band. */
export function GroupPicker({ params, value, onChange }: Props): ReactNode {
  return (
    <Picker
      label="Group by"
      options={[{ id: NONE, text: "no param" }, ...params.map((id) => ({ id, text: id }))]}
      value={value ?? NONE}
      onChange={(id) => onChange(id === NONE ? null : id)}
    />
  );
}
