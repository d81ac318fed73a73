/** An instruction of an item: its name and its settings, as stated by the benchmark. */
export type Instruction = { id: string; settings: Readonly<Record<string, unknown>> };

/** Detector of the language of a text: ISO 639-1; undefined if uncertain. */
export type LanguageOf = (text: string) => string | undefined;

/** Decides whether an answer follows an instruction. */
export type InstructionRule = (answer: string, settings: Instruction["settings"], languageOf: LanguageOf) => boolean;

/** A setting as text; empty if it is missing. */
export function textSetting(settings: Instruction["settings"], name: string): string {
  const value = settings[name];
  return typeof value === "string" ? value : "";
}

/** A setting as a number; 0 if it is missing. */
export function countSetting(settings: Instruction["settings"], name: string): number {
  const value = settings[name];
  return typeof value === "number" ? value : 0;
}

/** A setting as a list of texts. */
export function listSetting(settings: Instruction["settings"], name: string): string[] {
  const value = settings[name];
  return Array.isArray(value) ? value.filter((part) => typeof part === "string") : [];
}

/** Compares a count with its setting: `less than`, otherwise `at least`. */
export function isEnough(count: number, wanted: number, relation: string): boolean {
  return relation === "less than" ? count < wanted : count >= wanted;
}
