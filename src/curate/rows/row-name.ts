/** Name of a row in reports: "line 12 of train.jsonl". */
export function rowName({ source, line }: { source: string; line: number }): string {
  return `line ${line} of ${source}`;
}
