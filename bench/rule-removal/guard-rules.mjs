// A Vite plugin that puts a guard before each rule of the given places, so that a test can be run without it.

/** Nodes inside a function that decides which hold no rule of their own: they say the same in other words. */
const WORDS = new Set(["TemplateLiteral"]);

/**
 * Guards the rules of `places`, `[file, names]`: the elements of a table (upper case), or the conditions and the
 * additions to a list of every other declaration; `*` stands for all of a file. Calls `found(key, text)` for each, the
 * key as in `file#name#index`.
 */
export function guardRules(root, places, found) {
  const namesOf = new Map();
  for (const [file, names] of places) namesOf.set(file, [...(namesOf.get(file) ?? []), ...names]);
  return {
    name: "guard-rules",
    enforce: "post",
    transform(code, id) {
      const file = id.replace(root, "").split("?")[0];
      const names = namesOf.get(file);
      if (names === undefined) return undefined;
      const inserted = [];
      const met = new Set();
      for (const statement of this.parse(code).body) {
        for (const [name, node] of declarations(statement)) {
          if (!names.includes(name) && !names.includes("*")) continue;
          met.add(name);
          let index = 0;
          const keyOf = (rule) => {
            const key = `${file}#${name}#${index++}`;
            const text = code.slice(rule.start, rule.end);
            found(key, /\bid: ?"([^"]+)"/.exec(text)?.[1] ?? text.replaceAll(/\s+/g, " ").slice(0, 100));
            return JSON.stringify(key);
          };
          if (isTable(node)) guardTable(node, keyOf, inserted);
          else guardConditions(node, keyOf, inserted);
        }
      }
      const absent = names.filter((name) => name !== "*" && !met.has(name));
      if (absent.length > 0) throw new Error(`${file} has no ${absent.join(", ")}`);
      return { code: withInserted(code, inserted), map: null };
    },
  };
}

function declarations(statement) {
  const node = statement.declaration ?? statement;
  if (node.type === "FunctionDeclaration") return [[node.id.name, node]];
  if (node.type !== "VariableDeclaration") return [];
  return node.declarations.filter(({ init }) => init !== null).map(({ id, init }) => [id.name, init]);
}

/** Tables have a list of rules, or rules by name that are functions. */
function isTable({ type, properties }) {
  if (type === "ArrayExpression") return true;
  return type === "ObjectExpression" && properties.every(({ value }) => value !== undefined && isRule(value));
}

function isRule({ type }) {
  return type === "Identifier" || type === "ArrowFunctionExpression" || type === "ObjectExpression";
}

/** A table is made again without the rule: `ruleTable(() => [...(isRemoved(key) ? [] : [rule]), ...others])`. */
function guardTable(node, keyOf, inserted) {
  const [open, close] = node.type === "ArrayExpression" ? ["[", "]"] : ["{", "}"];
  const rules = (node.elements ?? node.properties).filter(({ type }) => type !== "SpreadElement");
  inserted.push({ at: node.start, text: `ruleTable(() => (` }, { at: node.end, text: "))" });
  for (const rule of rules) {
    inserted.push({ at: rule.start, text: `...(ruleIsRemoved(${keyOf(rule)}) ? ${open}${close} : ${open}` });
    inserted.push({ at: rule.end, text: `${close})` });
  }
}

function guardConditions(node, keyOf, inserted) {
  if (node === null || typeof node !== "object") return;
  if (Array.isArray(node)) return node.forEach((child) => guardConditions(child, keyOf, inserted));
  if (WORDS.has(node.type)) return;
  if (node.type === "IfStatement" || node.type === "ConditionalExpression") {
    inserted.push(
      { at: node.test.start, text: `!ruleIsRemoved(${keyOf(node)}) && (` },
      { at: node.test.end, text: ")" },
    );
  }
  if (node.type === "ExpressionStatement" && isAddition(node.expression)) {
    inserted.push({ at: node.start, text: `if (!ruleIsRemoved(${keyOf(node)})) ` });
  }
  for (const [name, child] of Object.entries(node)) {
    // The addition below an `if` is what that decides.
    if (node.type === "IfStatement" && name === "consequent")
      guardConditions(addition(child) ?? child, keyOf, inserted);
    else if (typeof child === "object") guardConditions(child, keyOf, inserted);
  }
}

function isAddition({ type, callee, operator }) {
  if (type === "AssignmentExpression") return operator === "||=";
  return type === "CallExpression" && callee.type === "MemberExpression" && callee.property.name === "push";
}

/** The arguments of the only addition of a branch; undefined if it does anything else. */
function addition(branch) {
  const only = branch.type === "BlockStatement" && branch.body.length === 1 ? branch.body[0] : branch;
  if (only.type !== "ExpressionStatement" || !isAddition(only.expression)) return undefined;
  return only.expression.arguments ?? only.expression.right;
}

/** The code with all texts in place; of two at one place, the one that was inserted first is the outer one. */
function withInserted(code, inserted) {
  const isClosing = ({ text }) => /^[\])}]/.test(text);
  const ordered = inserted
    .map((entry, order) => ({ ...entry, order }))
    .toSorted(
      (a, b) =>
        a.at - b.at ||
        Number(isClosing(b)) - Number(isClosing(a)) ||
        (isClosing(a) ? b.order - a.order : a.order - b.order),
    );
  let [changed, from] = ["", 0];
  for (const { at, text } of ordered) {
    changed += code.slice(from, at) + text;
    from = at;
  }
  return changed + code.slice(from);
}
