import { invalid, type TrackFailure } from "../track-failure.ts";

/** Subject of a clause. */
export type Entity = "attribute" | "metric" | "parameter" | "tag" | "dataset" | "span" | "feedback" | "expectation";

/** Comparators, in upper case. */
export type Comparator =
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "LIKE"
  | "ILIKE"
  | "IN"
  | "NOT IN"
  | "IS NULL"
  | "IS NOT NULL";

/** One clause of a filter, all of which must hold. `value` is null for IS NULL and IS NOT NULL. */
export type Clause = {
  entity: Entity;
  key: string;
  comparator: Comparator;
  value: number | string | readonly string[] | null;
};

/** Searchable entities: attributes by type, other entities, and the words that denote an attribute. */
export type Grammar = {
  numeric: readonly string[];
  text: readonly string[];
  /** Attributes and dataset keys that may be compared with a list. */
  lists: readonly string[];
  entities: readonly Entity[];
  /** Entities that may be sort keys. */
  sorted: readonly Entity[];
  /** Additional words for entities, before the dot. */
  words?: Readonly<Record<string, Entity>>;
  aliases?: Readonly<Record<string, string>>;
  /** Attributes that are stored as another entity. */
  elsewhere?: Readonly<Record<string, { entity: Entity; key: string }>>;
};

const ENTITIES: Readonly<Record<string, Entity>> = {
  attribute: "attribute",
  attributes: "attribute",
  attr: "attribute",
  run: "attribute",
  metric: "metric",
  metrics: "metric",
  parameter: "parameter",
  parameters: "parameter",
  param: "parameter",
  params: "parameter",
  tag: "tag",
  tags: "tag",
  dataset: "dataset",
  datasets: "dataset",
};

const DATASET_KEYS = ["name", "digest", "context"];

const SPAN_KEYS = ["name", "type", "status", "content"];

const ORDERED: readonly Comparator[] = ["=", "!=", "<", "<=", ">", ">="];
const WORDS: readonly Comparator[] = ["=", "!=", "LIKE", "ILIKE"];
const PRESENCE: readonly Comparator[] = ["IS NULL", "IS NOT NULL"];
const LISTS: readonly Comparator[] = ["IN", "NOT IN"];

// an identifier, with a key in quotes if it has other characters; a comparator, or one that is refused by name; a value
const CLAUSE =
  /^((?:[A-Za-z_]\w*|`[^`]*`|"[^"]*")(?:\.(?:`[^`]*`|"[^"]*"|[^\s=<>!'"`()]+))?)\s*(?:(!=|<=|>=|<>|==|=|<|>|(?:NOT\s+)?IN\b|[IR]?LIKE\b)\s*(.+)|(IS\s+(?:NOT\s+)?NULL))$/is;

/**
 * Parses a filter of MLflow's search: clauses joined by AND.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE in MLflow's words
 * @source mlflow 3.11 utils/search_utils.py
 */
export function parseFilter(filter: string, grammar: Grammar): Clause[] {
  if (filter.trim() === "") return [];
  return splitByAnd(filter).map((text) => parseClause(text, grammar));
}

/** Parts between ANDs that are outside quotes and brackets. @throws TrackFailure if there is an OR */
function splitByAnd(filter: string): string[] {
  const parts: string[] = [];
  let [start, quote, depth] = [0, "", 0];
  for (let index = 0; index < filter.length; index++) {
    const char = filter[index]!;
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"' || char === "`") quote = char;
    else if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (depth === 0 && /^\sand\s/i.test(filter.slice(index, index + 5))) {
      parts.push(filter.slice(start, index));
      start = index + 4;
      index += 3;
    } else if (depth === 0 && /^\sor\s/i.test(filter.slice(index, index + 4))) {
      throw refused("Invalid clause(s) in filter string: 'OR'. Only AND can join clauses");
    }
  }
  return [...parts, filter.slice(start)].map((part) => part.trim());
}

function parseClause(text: string, grammar: Grammar): Clause {
  const [, identifier, operator, value, presence] = CLAUSE.exec(text) ?? [];
  if (identifier === undefined) throw refused(`Invalid clause(s) in filter string: '${text}'`);
  const { entity, key } = parseIdentifier(identifier, grammar);
  const comparator = (presence ?? operator)!.toUpperCase().replaceAll(/\s+/g, " ") as Comparator;
  if (presence !== undefined) {
    if (!["tag", "parameter", "feedback", "expectation"].includes(entity)) {
      throw refused(`IS NULL / IS NOT NULL is only supported for tags and params, not for '${entity}' '${key}'`);
    }
    return { entity, key, comparator, value: null };
  }
  const clause = { entity, key, comparator, value: parseValue(value!.trim(), { entity, key, grammar }) };
  checkComparator(clause, grammar);
  return clause;
}

/** Parses an identifier with its entity: `metrics.loss`, or only an attribute. @throws TrackFailure */
function parseIdentifier(identifier: string, grammar: Grammar): { entity: Entity; key: string } {
  const dot = /^(`[^`]*`|"[^"]*"|[^.]*)\.(.*)$/s.exec(identifier);
  const word = dot === null ? "attribute" : withoutQuotes(dot[1]!);
  const known = { ...ENTITIES, ...grammar.words };
  const entity = Object.hasOwn(known, word) ? known[word]! : undefined;
  if (entity === undefined || !grammar.entities.includes(entity)) {
    throw refused(
      `Invalid entity type '${word}'. Valid values are [${grammar.entities.map((entity) => `'${entity}'`).join(", ")}]`,
    );
  }
  const key = withoutQuotes(dot === null ? identifier : dot[2]!);
  if (entity === "dataset" && !DATASET_KEYS.includes(key)) {
    throw refused(`Invalid dataset key '${key}' specified. Valid keys are '${shownList(DATASET_KEYS)}'`);
  }
  if (entity === "span" && !SPAN_KEYS.includes(key) && !/^attributes\../s.test(key)) {
    throw refused(
      `Invalid span attribute '${key}'. Supported attributes: name, status, type, attributes.<attribute_name>.`,
    );
  }
  if (entity !== "attribute") return { entity, key };
  if (Object.hasOwn(grammar.elsewhere ?? {}, key)) return grammar.elsewhere![key]!;
  const { aliases = {} } = grammar;
  const name = Object.hasOwn(aliases, key) ? aliases[key]! : key;
  const valid = [...grammar.text, ...grammar.numeric];
  if (!valid.includes(name))
    throw refused(`Invalid attribute key '${key}' specified. Valid keys are '${shownList(valid)}'`);
  return { entity, key: name };
}

function shownList(names: readonly string[]): string {
  return `{${names.map((name) => `'${name}'`).join(", ")}}`;
}

type Place = { entity: Entity; key: string; grammar: Grammar };

function parseValue(text: string, { entity, key, grammar }: Place): Clause["value"] {
  const isNumeric = entity === "metric" || (entity === "attribute" && grammar.numeric.includes(key));
  if (isNumeric) {
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
    throw refused(
      entity === "metric"
        ? `Expected numeric value type for metric. Found ${text}`
        : `Expected numeric value type for numeric attribute: ${key}. Found ${text}`,
    );
  }
  if ((entity === "feedback" || entity === "expectation") && !/^['"(]/.test(text)) {
    if (/^(?:true|false)$/i.test(text)) return text.toLowerCase();
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  }
  if (text.startsWith("(")) return parseList(text, { entity, key, grammar });
  if (/^'[^']*'$|^"[^"]*"$/s.test(text)) return text.slice(1, -1);
  if (entity === "parameter" || entity === "tag") {
    throw refused(`Expected a quoted string value for ${entity} (e.g. 'my-value'). Got value ${text}`);
  }
  throw refused(
    `Expected a quoted string value for ${entity === "dataset" ? "dataset attributes" : "attributes"}. Got value ${text}`,
  );
}

function parseList(text: string, { entity, key, grammar }: Place): string[] {
  const isAllowed =
    entity === "dataset" || entity === "span" || (entity === "attribute" && grammar.lists.includes(key));
  if (!isAllowed) {
    throw refused("Only the 'run_id' attribute supports comparison with a list of quoted string values.");
  }
  const items = /^\(\s*((?:'[^']*'|"[^"]*")(?:\s*,\s*(?:'[^']*'|"[^"]*"))*)\s*,?\s*\)$/s.exec(text)?.[1];
  if (items === undefined)
    throw refused(`While parsing a list in the query, expected a non-empty list of string values, but got ${text}`);
  return [...items.matchAll(/'([^']*)'|"([^"]*)"/gs)].map(([, single, double]) => single ?? double ?? "");
}

function checkComparator({ entity, key, comparator, value }: Clause, { numeric }: Grammar): void {
  const allowed = allowedFor({ entity, key, numeric });
  if (!allowed.includes(comparator))
    throw refused(`Invalid comparator '${comparator}' not one of '${shownList(allowed)}'`);
  if (["<", "<=", ">", ">="].includes(comparator) && typeof value !== "number") {
    throw refused(`Expected a number to compare ${entity} '${key}' by '${comparator}'. Got ${JSON.stringify(value)}`);
  }
  if (Array.isArray(value) !== LISTS.includes(comparator)) {
    throw refused(
      `Invalid comparator '${comparator}' for ${Array.isArray(value) ? "a list" : "a single value"} of '${key}'`,
    );
  }
}

function allowedFor({
  entity,
  key,
  numeric,
}: {
  entity: Entity;
  key: string;
  numeric: readonly string[];
}): readonly Comparator[] {
  if (entity === "span") return key === "content" ? ["LIKE", "ILIKE"] : [...WORDS, ...LISTS];
  if (entity === "feedback" || entity === "expectation") return [...ORDERED, "LIKE", "ILIKE", ...PRESENCE];
  if (entity === "metric" || (entity === "attribute" && numeric.includes(key))) return ORDERED;
  return entity === "tag" || entity === "parameter" ? [...WORDS, ...PRESENCE] : [...WORDS, ...LISTS];
}

/** Text without the quotes or backticks around it. */
function withoutQuotes(text: string): string {
  return /^(`[^`]*`|"[^"]*"|'[^']*')$/s.test(text) ? text.slice(1, -1) : text;
}

/** A sort key and its direction. */
export type Order = { entity: Entity; key: string; isAscending: boolean };

/**
 * Parses the sort order of a search: `metrics.loss DESC`.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE; also if two have the same key, or one cannot be sorted by
 */
export function parseOrder(orders: readonly string[], grammar: Grammar): Order[] {
  const parsed = orders.map((text): Order => {
    const [, identifier, direction] = /^(.*?)(?:\s+(ASC|DESC))?$/is.exec(text.trim()) ?? [];
    if (identifier === undefined || identifier === "" || !isIdentifier(identifier)) {
      throw refused(`Invalid order_by clause '${text}'. Could not be parsed.`);
    }
    const { entity, key } = parseIdentifier(identifier, grammar);
    if (!grammar.sorted.includes(entity)) {
      throw refused(`Invalid order_by entity \`${entity}\` with key \`${key}\``);
    }
    return { entity, key, isAscending: direction?.toUpperCase() !== "DESC" };
  });
  const names = parsed.map(({ entity, key }) => `${entity}.${key}`);
  if (new Set(names).size < names.length) {
    throw refused(`\`order_by\` contains duplicate fields: [${orders.map((order) => `'${order}'`).join(", ")}]`);
  }
  return parsed;
}

function isIdentifier(text: string): boolean {
  return /^(?:[A-Za-z_]\w*|`[^`]*`|"[^"]*")(?:\.(?:`[^`]*`|"[^"]*"|\S+))?$/s.test(text) || /^run name$/i.test(text);
}

/** A failure with MLflow's message and a summary of the grammar. */
function refused(message: string): TrackFailure {
  return invalid(message, "a filter reads metrics.loss < 2 AND tags.team = 'legal', an order metrics.loss ASC");
}
