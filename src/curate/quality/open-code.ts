import { IncompleteJson, parseJson } from "../../base/json.ts";

/** Start of an answer that is a statement of SQL. */
const SQL = /^\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE (?:TABLE|VIEW|INDEX)|ALTER TABLE)\s/;

/** Words, signs and open brackets with which no statement ends. */
const SQL_OPEN =
  /(?:\b(?:SELECT|DISTINCT|FROM|WHERE|AND|OR|NOT|JOIN|ON|SET|VALUES|INTO|BY|HAVING|LIKE|BETWEEN|IN|AS|LIMIT|OFFSET|UNION|UNION ALL|CASE|WHEN|THEN|ELSE|COUNT|TABLE)|[=<>,(+])\s*$/;

/** Start of an answer that is JSON: an object with a name, or a list of values. */
const JSON_START = /^(?:\{\s*"|\[\s*(?:[{["]|-?\d+\s*,))/;

/** True for a statement of SQL or a JSON value that ends before it is complete. Prose is neither. */
export function isOpenCode(answer: string): boolean {
  const text = answer.trim();
  if (SQL.test(text)) return SQL_OPEN.test(text);
  if (!JSON_START.test(text) || /\.\.\.|…/.test(text)) return false;
  try {
    parseJson(text, "the answer");
    return false;
  } catch (error) {
    return error instanceof IncompleteJson;
  }
}
