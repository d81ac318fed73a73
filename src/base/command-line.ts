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

function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
