import { countSetting, type InstructionRule, textSetting } from "./instruction.ts";

const CONSTRAINED = ["My answer is yes.", "My answer is no.", "My answer is maybe."];

/** Rules on the layout of an answer, and on its beginning and end. */
export const LAYOUT_RULES: Readonly<Record<string, InstructionRule>> = {
  "length_constraints:number_paragraphs": (answer, settings) => {
    const parts = answer.split(/\s?\*\*\*\s?/);
    const inner = parts.slice(1, -1);
    if (inner.some(isBlank)) return false;
    return parts.filter((part) => !isBlank(part)).length === countSetting(settings, "num_paragraphs");
  },
  "length_constraints:nth_paragraph_first_word": (answer, settings) => {
    const paragraphs = answer.split("\n\n");
    const count = paragraphs.filter((paragraph) => !isBlank(paragraph)).length;
    const nth = countSetting(settings, "nth_paragraph");
    const [word = ""] = nth > count ? [] : (paragraphs[nth - 1] ?? "").trim().split(/\s+/);
    const first = word
      .replace(/^'+/, "")
      .replace(/^"+/, "")
      .split(/[.,?!'"]/)[0]!
      .toLowerCase();
    return (
      count === countSetting(settings, "num_paragraphs") &&
      first !== "" &&
      first === textSetting(settings, "first_word").toLowerCase()
    );
  },
  "detectable_content:number_placeholders": (answer, settings) =>
    count(answer, /\[.*?\]/g) >= countSetting(settings, "num_placeholders"),
  "detectable_content:postscript": (answer, settings) => {
    const marker = textSetting(settings, "postscript_marker");
    return postscript(marker).test(answer.toLowerCase());
  },
  "detectable_format:number_bullet_lists": (answer, settings) =>
    count(answer, /^\s*\*[^*].*$/gm) + count(answer, /^\s*-.*$/gm) === countSetting(settings, "num_bullets"),
  "detectable_format:constrained_response": (answer) => CONSTRAINED.some((option) => answer.includes(option)),
  "detectable_format:number_highlighted_sections": (answer, settings) => {
    const single = [...answer.matchAll(/\*[^\n*]*\*/g)].map(([text]) => text.slice(1, -1));
    const double = [...answer.matchAll(/\*\*[^\n*]*\*\*/g)].map(([text]) => text.slice(2, -2));
    const highlights = [...single, ...double].filter((text) => !isBlank(text)).length;
    return highlights >= countSetting(settings, "num_highlights");
  },
  "detectable_format:multiple_sections": (answer, settings) => {
    const word = textSetting(settings, "section_spliter")
      .trim()
      .replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    return count(answer, new RegExp(`\\s?${word}\\s?\\d+\\s?`, "g")) >= countSetting(settings, "num_sections");
  },
  "detectable_format:json_format": (answer) => {
    const text = answer
      .trim()
      .replace(/^```(?:json|Json|JSON)?/, "")
      .replace(/```$/, "")
      .trim();
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  },
  "detectable_format:title": (answer) =>
    [...answer.matchAll(/<<[^\n]+>>/g)].some(([title]) => !isBlank(title.replace(/^<+/, "").replace(/>+$/, ""))),
  "combination:two_responses": (answer) => {
    const parts = answer.split("******");
    if (parts.slice(1, -1).some(isBlank)) return false;
    const [first, second, ...more] = parts.filter((part) => !isBlank(part)).map((part) => part.trim());
    return second !== undefined && more.length === 0 && first !== second;
  },
  "combination:repeat_prompt": (answer, settings) =>
    answer.trim().toLowerCase().startsWith(textSetting(settings, "prompt_to_repeat").trim().toLowerCase()),
  "startend:end_checker": (answer, settings) =>
    answer
      .trim()
      .replace(/^"+|"+$/g, "")
      .toLowerCase()
      .endsWith(textSetting(settings, "end_phrase").trim().toLowerCase()),
  "startend:quotation": (answer) => /^"[\s\S]*"$/.test(answer.trim()) && answer.trim().length > 1,
};

function isBlank(text: string): boolean {
  return text.trim() === "";
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

/** The marker of a postscript; for the two usual ones, dots and spaces are allowed after its letters. */
function postscript(marker: string): RegExp {
  if (marker === "P.P.S") return /\s*p\.\s?p\.\s?s.*$/m;
  if (marker === "P.S.") return /\s*p\.\s?s\..*$/m;
  return new RegExp(`\\s*${marker.toLowerCase().replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}.*$`, "m");
}
