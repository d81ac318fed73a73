import type { ReactNode } from "react";
import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";

import { Checkbox } from "../checkbox.tsx";
import { Icon } from "../icons.tsx";

type Props = {
  names: readonly string[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
};

/** Chooses the axes of a chart. */
export function AxisPicker({ names, chosen, onChange }: Props): ReactNode {
  const toggle = (name: string, isChosen: boolean): void =>
    onChange(new Set(isChosen ? [...chosen, name] : [...chosen].filter((other) => other !== name)));
  return (
    <DialogTrigger>
      <Button className="button">
        <Icon name="columns" /> Axes <span className="soft">{chosen.size}</span>
      </Button>
      <Popover className="popover" placement="bottom start">
        <Dialog className="inside" aria-label="Axes">
          <div className="option-list">
            {names.map((name) => (
              <div key={name} className="option">
                <Checkbox isSelected={chosen.has(name)} onChange={(isChosen) => toggle(name, isChosen)}>
                  <span>{name}</span>
                </Checkbox>
              </div>
            ))}
          </div>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
