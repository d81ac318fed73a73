import type { ReactNode } from "react";
import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";

type Props = {
  label: string;
  options: readonly { id: string; text: string }[];
  value: string;
  onChange: (id: string) => void;
};

/** Chooses one of several names, with its label before it. */
export function Picker({ label, options, value, onChange }: Props): ReactNode {
  return (
    <Select
      className="toolbar"
      selectedKey={value}
      onSelectionChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
    >
      <Label className="soft small">{label}</Label>
      <Button className="button">
        <SelectValue />
      </Button>
      <Popover className="popover">
        <ListBox className="option-list">
          {options.map(({ id, text }) => (
            <ListBoxItem key={id} id={id} className="option">
              {text}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
