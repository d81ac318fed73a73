/** Characters that no shell reads as anything but themselves. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A command line of Tunewright that can be pasted into a POSIX shell.
 *
 * @param words  what stands after `tunewright`, one argument each
 */
export function commandLine(words: readonly string[]): string {
  return ["tunewright", ...words.map(shellWord)].join(" ");
}

/** The command that writes a copy of a text file in UTF-8. */
export function iconvCommand(encoding: string, path: string): string {
  return `iconv -f ${encoding} -t UTF-8 ${shellWord(path)} > new-file`;
}

/** A word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
