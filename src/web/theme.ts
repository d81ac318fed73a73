/** Colours of the pages: those of the reader's system, or one that was selected here. */
export type Theme = "system" | "light" | "dark";

const KEY = "tunewright.theme";

/** Theme selected on this machine. */
export function chosenTheme(): Theme {
  const word = localStorage.getItem(KEY);
  return word === "light" || word === "dark" ? word : "system";
}

/** Applies a theme to the pages, and stores the choice on this machine. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(KEY, theme);
    document.documentElement.dataset["theme"] = theme;
  }
  window.dispatchEvent(new Event("themechange"));
}

/** Calls a listener when colours change, by the system or by choice. Returns a function that stops it. */
export function onThemeChange(listener: () => void): () => void {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", listener);
  window.addEventListener("themechange", listener);
  return () => {
    system.removeEventListener("change", listener);
    window.removeEventListener("themechange", listener);
  };
}

/** The current colour of a token, in a form that a canvas understands: `tokenColour("--curve-1")`. */
export function tokenColour(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
