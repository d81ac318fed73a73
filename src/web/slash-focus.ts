import { type RefObject, useEffect, useRef } from "react";

/** A field that the key `/` focuses, unless the user is typing. */
export function useSlashFocus(): RefObject<HTMLInputElement | null> {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== "/" || (event.target as HTMLElement).closest("input, textarea, [contenteditable]")) return;
      if (input.current === null) return;
      event.preventDefault();
      input.current.focus();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);
  return input;
}
