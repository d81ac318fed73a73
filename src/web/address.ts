import { useCallback } from "react";
import { useSearchParams } from "react-router";

/** Changes the settings in the address in place. */
export type EditAddress = (change: (words: URLSearchParams) => void) => void;

/**
 * The settings in the address, and a function that changes some of them. It starts from the address itself, not from
 * what was rendered last: of two quick changes on a slow machine, the second would undo the first.
 */
export function useAddress(): [URLSearchParams, EditAddress] {
  const [words, setWords] = useSearchParams();
  const edit = useCallback<EditAddress>(
    (change) => {
      const next = new URLSearchParams(window.location.search);
      change(next);
      setWords(next, { replace: true });
    },
    [setWords],
  );
  return [words, edit];
}

/** Puts a setting into the address; without a value, it is left out. */
export function putWord(words: URLSearchParams, name: string, value: string): void {
  if (value === "") words.delete(name);
  else words.set(name, value);
}
