import type { ReactNode } from "react";
import { Checkbox as AriaCheckbox, type CheckboxProps } from "react-aria-components";

import { Icon } from "./icons.tsx";

type Props = Omit<CheckboxProps, "children" | "className"> & { children?: ReactNode };

/** A checkbox with its label. */
export function Checkbox({ children, ...props }: Props): ReactNode {
  return (
    <AriaCheckbox {...props} className="checkbox">
      {({ isSelected, isIndeterminate }) => (
        <>
          <span className="box">{isIndeterminate ? "–" : isSelected ? <Icon name="check" size={12} /> : null}</span>
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}
