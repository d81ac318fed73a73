import { type ReactNode, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";

import { applyTheme, chosenTheme, type Theme } from "../theme.ts";

/** Chooses between the system's colours, light and dark. */
export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  return (
    <ToggleButtonGroup
      className="buttons small"
      aria-label="Colours"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[theme]}
      onSelectionChange={(keys) => {
        const next = [...keys][0] as Theme;
        setTheme(next);
        applyTheme(next);
      }}
    >
      <ToggleButton id="system" className="button">
        Auto
      </ToggleButton>
      <ToggleButton id="light" className="button">
        Light
      </ToggleButton>
      <ToggleButton id="dark" className="button">
        Dark
      </ToggleButton>
    </ToggleButtonGroup>
  );
}
