/** Value typed into a form field, trimmed; empty for a file or a missing field. */
export function wordOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}
