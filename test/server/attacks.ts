/** One request that nobody sends in good faith. Its body is made when it is sent: there are thousands of large ones. */
export type Attack = { what: string; method: string; path: string; body?: () => string | Uint8Array };

/** Values that break unprepared code, as JSON. Each is tried instead of each field. */
export const NASTY: readonly (readonly [what: string, json: string])[] = [
  ["null", "null"],
  ["true", "true"],
  ["a negative number", "-1"],
  ["a fraction", "0.5"],
  ["a number beyond a double", "1e400"],
  ["an integer beyond 64 bits", "9223372036854775808"],
  ["the least integer of 64 bits", "-9223372036854775808"],
  ["an integer of 5,000 digits", "9".repeat(5000)],
  ["an empty text", '""'],
  ["a text of 200,000 characters", `"${"x".repeat(200_000)}"`],
  ["SQL", '"\'; drop table runs; --"'],
  ["a filter with SQL", '"metrics.`a` < 1) or 1=1; --"'],
  ["a filter by a number too large", '"creation_time > 0.5 and last_update_time < 1e400"'],
  ["an order by another kind of field", '["tags.a DESC"]'],
  ["an order with SQL", '["metrics.a desc; drop table runs"]'],
  ["a path out of its folder", '"../../../../etc/passwd"'],
  ["an absolute path", '"/etc/passwd"'],
  ["a NUL", '"a\\u0000b"'],
  ["half a surrogate pair", '"\\ud800"'],
  ["a script", '"<script>alert(1)</script>"'],
  ["a name of every object", '"__proto__"'],
  ["words for no number", '"NaN"'],
  ["an empty list", "[]"],
  ["a list of null", "[null]"],
  ["a list of 1,001 objects", `[${Array.from({ length: 1001 }, () => "{}").join(",")}]`],
  ["an empty object", "{}"],
  ["an object with a prototype", '{"__proto__":{"key":"a"},"constructor":"b"}'],
  ["50 lists in each other", "[".repeat(50) + "]".repeat(50)],
];

/** Bodies that are not even an object. */
export const BODIES: readonly (readonly [what: string, body: string | Uint8Array])[] = [
  ["no body", ""],
  ["half of an object", '{"name": "a'],
  ["a text", '"name"'],
  ["a list", "[]"],
  ["null", "null"],
  ["invalid UTF-8", Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x22, 0x3a, 0x31, 0x7d])],
  ["invalid UTF-8 in a text", Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])],
  ["20,000 lists in each other", "[".repeat(20_000) + "]".repeat(20_000)],
  ["20,000 objects in each other", '{"name":'.repeat(20_000) + "1" + "}".repeat(20_000)],
  ["a key twice", '{"name":"a","name":{"b":1}}'],
];

/** A JSON Schema, as far as samples are made of it. */
export type Schema = {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
};

/** A value that a schema takes, every field of an object in it; texts with a pattern may fail it. */
export function sampleOf(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = (schema.anyOf ?? schema.oneOf)?.[0];
  if (choice !== undefined) return sampleOf(choice);
  if (schema.default !== undefined) return schema.default;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object") {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, each]) => [name, sampleOf(each)]));
  }
  if (type === "array") return Array.from({ length: schema.minItems ?? 1 }, () => sampleOf(schema.items ?? {}));
  if (type === "integer" || type === "number") return Math.max(schema.minimum ?? 1, schema.exclusiveMinimum ?? 0, 1);
  if (type === "boolean") return false;
  if (schema.format === "date-time") return "2026-01-01T00:00:00.000Z";
  if (schema.format === "date") return "2026-01-01";
  return /\\d/.test(schema.pattern ?? "") ? "1" : "a".repeat(schema.minLength ?? 1);
}

/** JSON one past each limit that a schema states. */
export function pastLimits({
  maximum,
  minimum,
  maxLength,
  maxItems,
  items = {},
}: Schema): [what: string, json: string][] {
  const past: [string, string][] = [];
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) past.push(["its limit + 1", String(maximum + 1)]);
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) past.push(["its least - 1", String(minimum - 1)]);
  if (maxLength !== undefined) past.push(["its length + 1", JSON.stringify("a".repeat(maxLength + 1))]);
  if (maxItems !== undefined && maxItems < 20_000) {
    past.push(["its items + 1", JSON.stringify(Array.from({ length: maxItems + 1 }, () => sampleOf(items)))]);
  }
  return past;
}

/** An object as JSON with other JSON instead of one field. */
export function withField(sample: Readonly<Record<string, unknown>>, field: string, json: string): string {
  const fields = Object.entries(sample).filter(([name]) => name !== field);
  const kept = fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${[...kept, `${JSON.stringify(field)}:${json}`].join(",")}}`;
}

/** JSON as a word of a query or a path. */
export function asWord(json: string): string {
  const text = json.startsWith('"') ? (JSON.parse(json) as string) : json;
  return encodeURIComponent(Buffer.from(text.slice(0, 4000)).toString()); // half a surrogate pair becomes U+FFFD
}
