import { lineEnd } from "../../../base/words.ts";

/** Minimum number of lines in a run of settings. */
const FEWEST_LINES = 4;

/** Minimum number of technical settings in a run, and their minimum share of its keys. */
const [FEWEST_SIGNS, LEAST_SHARE] = [3, 0.6];

/** Maximum share of keys that belong to the record of a person. */
const MOST_PERSONAL = 0.1;

/** `key: value` of YAML, `key = value` of TOML and INI, also in a list. */
const KEY = /^(\s*(?:- +)*)(["']?)([A-Za-z_$@][\w$@./-]*)\2\s{0,24}(?::(?=\s|$)|=(?!=))\s*(.*)$/;

/** `[section]`, an item of a list, a comment, a closing bracket, a string alone, a line of a template. */
const OTHER = /^\s*(?:\{\{.*\}\}\s*$|\[\[?[\w."' -]+\]\]?\s*$|-(?: |$)|[#;]|[\]})]+,?\s*$|["'].*["'],?\s*$|---\s*$)/;

/** Keys of a person's record. A key `name` alone is not evidence. */
const PERSONAL_KEY =
  /^(?:e-?mail|phone|mobile|tel|telephone|fax|ssn|mrn|dob|born|birth\w*|date_?of_?birth|age|gender|sex|address|street|zip\w*|post_?code|postal_?code|city|town|nationality|occupation|married|spouse|diagnosis|passport|iban|patient\w*|customer\w*|employee\w*|(?:first|last|full|middle|given|family|sur|maiden|contact|user|client|account|holder|member|provider|doctor|physician|nurse|guest|student|teacher)_?name)$/i;

/** Keys whose values in settings are people. */
const WHO_KEY =
  /^(?:authors?|maintainers?|owners?|contacts?|contributors?|reviewers?|approvers?|assignees?|committers?|developers?|creators?|copyright)$/i;

/** Words of a comment that names people. */
const WHO_COMMENT = /\b(?:authors?|maintainers?|owners?|copyright|contributors?|written by|created by)\b|©|@/i;

/**
 * Values that sentences and forms do not have: options, truth values, versions, paths, identifiers with signs inside, variables,
 * groups.
 */
const TECHNICAL_VALUE =
  /^(?:-{1,2}[a-z][\w-]*(?:[= ].*)?$|true|false|null|yes|no|on|off|~|[|>][-+]?|[&*!]\S+.*|[[{].*|\d+(?:\.\d+)*[a-zA-Z%]{0,3}|["']?(?:\$\{?|\{\{|v?\d+\.\d|[./~]?[\w.@-]*[/\\:][\w./@:${}*-]*$|[\w@]+(?:[-_.:/@=][\w@*]+)+["']?,?$|[a-z]+["']?$).*)$/i;

/** A value that goes on in the lines below, as only YAML has it. */
const BLOCK_VALUE = /^[|>][-+]?$/;

/** A date, which occurs in forms as well. */
const DATE = /^["']?(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})/;

/** A range of a text. */
type Stretch = { start: number; end: number };

/** Positions of settings in a stretch: their keys and values, except values that name an author. */
export type Settings = { keys: Stretch[]; values: Stretch[]; people: Stretch[] };

type Line = Stretch & { text: string; key: string | undefined; value: string; indent: number; keyStart: number };

/**
 * Settings as in YAML, TOML and INI files: runs of lines in which most keys are technical (`runs-on: x`, `replicas: 3`,
 * `image: a/b:1`). The record of a person, a form and the head of a letter do not count. Takes linear time.
 */
export function settingsIn(text: string, { start, end }: Stretch): Settings {
  const found: Settings = { keys: [], values: [], people: [] };
  let run: Line[] = [];
  const close = (): void => {
    if (isSettings(run)) addRun(run, found);
    run = [];
  };
  for (let index = start; index < end;) {
    const stop = Math.min(end, lineEnd(text, index));
    const line = lineOf(text, { start: index, end: stop });
    if (line.text.trim() === "" || isPart(line, run)) run.push(line);
    else close();
    index = stop + 1;
  }
  close();
  return found;
}

function lineOf(text: string, { start, end }: Stretch): Line {
  const line = text.slice(start, Math.min(end, start + 400));
  const match = KEY.exec(line);
  const indent = line.length - line.trimStart().length;
  if (match === null) return { start, end, text: line, key: undefined, value: "", indent, keyStart: start };
  const [, lead, , key, value] = match as unknown as [string, string, string, string, string];
  return { start, end, text: line, key, value: value.trim(), indent: lead.length, keyStart: start + lead.length };
}

/** A line with a key, another line that settings have, or an indented line below one. */
function isPart({ key, text, indent }: Line, run: readonly Line[]): boolean {
  if (key !== undefined || OTHER.test(text)) return true;
  const above = run.findLast(({ text: before }) => before.trim() !== "");
  return (
    above !== undefined && indent > 0 && (above.key === undefined ? indent >= above.indent : indent > above.indent)
  );
}

function isSettings(run: readonly Line[]): boolean {
  if (run.length < FEWEST_LINES) return false;
  let [keys, technical, personal, blocks] = [0, 0, 0, 0];
  let who: number | undefined; // the names and addresses of maintainers do not make a file the record of a person
  for (const [index, line] of run.entries()) {
    if (line.key === undefined) continue;
    if (who !== undefined && line.indent <= who) who = undefined;
    if (who !== undefined) continue;
    if (WHO_KEY.test(line.key)) who = line.indent;
    keys += 1;
    if (PERSONAL_KEY.test(line.key)) personal += 1;
    else if (isTechnical(line, run[index + 1])) technical += 1;
    if (BLOCK_VALUE.test(line.value)) blocks += 1;
  }
  return technical + blocks >= FEWEST_SIGNS && technical >= LEAST_SHARE * keys && personal <= MOST_PERSONAL * keys;
}

function isTechnical({ key, value, indent }: Line, next: Line | undefined): boolean {
  const isLower = /^[a-z_$@]/.test(key!);
  if (value === "")
    return (isLower || /[a-z\d][-_./]\w|[a-z][A-Z]/.test(key!)) && next !== undefined && next.indent >= indent;
  if (DATE.test(value)) return false;
  const isSpelled = isLower && /[a-z\d][-_./][a-z\d]|[a-z][A-Z]/.test(key!);
  const bare = value.replace(/\s#.*$/, "");
  if (TECHNICAL_VALUE.test(bare)) return isLower || indent > 0 || !/^["']?[A-Za-z]+["']?$|^\d+$/.test(bare);
  return isSpelled || (key === "name" && indent > 0);
}

/** Adds the lines of a run; the values of a key that names people are people. */
function addRun(run: readonly Line[], { keys, values, people }: Settings): void {
  let who: number | undefined; // how far the key that names people is set in
  for (const { start, end, text, key, indent, keyStart } of run) {
    if (text.trim() === "") continue;
    if (who !== undefined && indent <= who && !(indent === who && key === undefined)) who = undefined;
    const from = key === undefined ? start : keyStart + key.length;
    if (key !== undefined) keys.push({ start, end: from });
    if (key !== undefined && WHO_KEY.test(key)) who = indent;
    const isWho = who !== undefined || (/[#;]/.test(text) && WHO_COMMENT.test(text));
    (isWho ? people : values).push({ start: from, end });
  }
}
