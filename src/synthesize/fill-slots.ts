/** Texts by the name of their slot. */
export type Slots = Readonly<Record<string, string>>;

/** Replaces `{{slot}}` with texts. Slots in inserted texts are not filled. Unknown slots are unchanged. */
export function fillSlots(template: string, slots: Slots): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => slots[name] ?? whole);
}

/** The words of a template itself, without its slots: what an answer must not repeat. */
export function ownWords(template: string): string[] {
  return template.split(/\{\{\w+\}\}/).filter((text) => text.trim() !== "");
}
