import type { ReactNode } from "react";
import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";

/** The choice of no group. A param may have any name except the empty one. */
const NONE = "";

type Props = { params: readonly string[]; value: string | null; onChange: (param: string | null) => void };

/** Chooses the param by which runs are grouped: each group is drawn as its mean, with a band. */
export function GroupPicker({ params, value, onChange }: Props): ReactNode {
  return (
    <Select
      className="toolbar"
      selectedKey={value ?? NONE}
      onSelectionChange={(key) => onChange(key === NONE || key === null ? null : String(key))}
    >
      <Label className="soft small">Group by</Label>
      <Button className="button">
        <SelectValue />
      </Button>
      <Popover className="popover">
        <ListBox className="option-list">
          <ListBoxItem id={NONE} className="option">
            no param
          </ListBoxItem>
          {params.map((param) => (
            <ListBoxItem key={param} id={param} className="option">
              {param}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
