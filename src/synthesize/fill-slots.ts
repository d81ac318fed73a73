/** Texts by slot name. */
export type Slots = Readonly<Record<string, string>>;

/** Replaces `{{slot}}` with texts. Slots in inserted texts are not filled, and unknown slots are unchanged. */
export function fillSlots(template: string, slots: Slots): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => slots[name] ?? whole);
}

/** The words of a template without its slots, which an answer must not repeat. */
export function ownWords(template: string): string[] {
  return template.split(/\{\{\w+\}\}/).filter((text) => text.trim() !== "");
}
