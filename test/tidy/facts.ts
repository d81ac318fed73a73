import { readdirSync } from "node:fs";

import * as z from "zod";

import { FAILURES } from "../../src/base/failure.ts";
import { optionRows } from "../../src/cli/options.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { Programme } from "../../src/domain/programme.ts";
import type { Fact } from "./docs.ts";

const DOMAIN = new URL("../../src/domain/", import.meta.url);

type JsonSchema = { properties?: Record<string, JsonSchema>; items?: JsonSchema; anyOf?: JsonSchema[] };

/** Everything that the reference must name: commands, their flags, arguments and shapes, schema fields, failure kinds, exit codes. */
export async function referenceFacts(): Promise<Fact[]> {
  return [...(await commandFacts()), ...programmeFacts(), ...(await shapeFacts()), ...failureFacts()];
}

async function commandFacts(): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const { path, load } of COMMANDS) {
    const words = path.join(" ");
    const section = `### \`tunewright ${words}\``;
    const { default: definition } = await load();
    facts.push({ name: `command "${words}"`, page: "commands.md", text: section });
    facts.push({ name: `what "${words}" prints`, page: "commands.md", section, text: "`--json` prints: " });
    facts.push({ name: `what "${words}" prints`, page: "json.md", text: `| \`tunewright ${words}\` |` });
    for (const row of optionRows(definition)) {
      const name = definition.args.includes(row.field)
        ? `<${row.flag.slice(2)}>`
        : row.kind === "boolean" && row.defaultValue === true
          ? `--no-${row.flag.slice(2)}`
          : row.flag;
      facts.push({ name: `${name} of "${words}"`, page: "commands.md", section, text: `| \`${name}\` |` });
    }
  }
  return facts;
}

function programmeFacts(): Fact[] {
  return fieldPaths(Programme).map((path) => ({
    name: `field ${path}`,
    page: "programme.md",
    text: `| \`${path}\` |`,
  }));
}

/** Shapes of `domain/`; the request of a command is documented as its flags. */
async function shapeFacts(): Promise<Fact[]> {
  const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
  const requests = new Set<unknown>(commands.map(({ default: { options } }) => options));
  const files = await Promise.all(
    readdirSync(DOMAIN).map((name) => import(new URL(name, DOMAIN).href) as Promise<Record<string, unknown>>),
  );
  return files
    .flatMap((file) => Object.entries(file))
    .flatMap(([name, schema]) => {
      if (!(schema instanceof z.ZodType) || requests.has(schema)) return [];
      const fields = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
      return [
        { name: `shape ${name}`, page: "json.md", text: `\n## ${name}\n` },
        ...fields.map((field) => ({
          name: `${name}.${field}`,
          page: "json.md",
          section: `## ${name}`,
          text: `| \`${field}\` |`,
        })),
      ];
    });
}

function failureFacts(): Fact[] {
  return Object.entries(FAILURES).map(([kind, { exit, meaning }]) => ({
    name: `failure ${kind}`,
    page: "exit-codes.md",
    text: `| ${exit} | \`${kind}\` | ${FAILURES[kind as keyof typeof FAILURES].http} | ${meaning} |`,
  }));
}

/** Paths of all fields of a schema at every depth, list items as `[]`, from its JSON Schema. */
function fieldPaths(schema: z.ZodType): string[] {
  const walk = (each: JsonSchema, prefix: string): string[] => [
    ...Object.entries(each.properties ?? {}).flatMap(([key, child]) => [
      `${prefix}${key}`,
      ...walk(child, `${prefix}${key}.`),
    ]),
    ...(each.items ? walk(each.items, `${prefix.slice(0, -1)}[].`) : []),
  ];
  return walk(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema, "");
}
