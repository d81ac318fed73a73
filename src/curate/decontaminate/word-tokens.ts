/** The tokens of a text, in buffers that the next text overwrites; the first `count` entries of each are valid. */
export type Tokens = {
  count: number;
  /** Hash (or vocabulary id) of each token; equal tokens have equal hashes. */
  hashes: Uint32Array;
  /** UTF-16 offsets of each token in the text; the end is exclusive. */
  starts: Int32Array;
  ends: Int32Array;
};

/** Splits texts into tokens. The result is valid until the next call. */
export type Tokenizer = (text: string) => Tokens;

/**
 * Word boundaries. `split`: at every character that is not a letter, digit or underscore; apostrophes are omitted, so
 * that spacing and punctuation make no difference. `joined`: at white space, with punctuation omitted, as the published
 * n-gram rules count words (`f(x, y)` is `fx y`).
 */
export type WordStyle = "split" | "joined";

/** Class of a UTF-16 code unit: separator, omitted, part of a word, or a word by itself. */
const SPACE = 0;
const DROPPED = 1;
const WORD = 2;
const ALONE = 3;

/** Characters of scripts that do not separate words by spaces: each counts as a word. */
const NO_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Classes and lower-case letters of all UTF-16 units, computed once per style. */
const tables = new Map<WordStyle, { classes: Uint8Array; lower: Uint16Array }>();

function tablesOf(style: WordStyle): { classes: Uint8Array; lower: Uint16Array } {
  const known = tables.get(style);
  if (known !== undefined) return known;
  const classes = new Uint8Array(65_536);
  const lower = new Uint16Array(65_536);
  for (let unit = 0; unit < 65_536; unit++) {
    const character = String.fromCharCode(unit);
    const small = character.toLowerCase();
    lower[unit] = small.length === 1 ? small.charCodeAt(0) : unit;
    if (NO_SPACES.test(character) && /[\p{L}\p{N}]/u.test(character)) classes[unit] = ALONE;
    else if (/[\p{L}\p{N}\p{M}_]/u.test(character)) classes[unit] = WORD;
    else if (/\s/u.test(character)) classes[unit] = SPACE;
    else classes[unit] = style === "joined" || /['’ʼ\u00ad\u200b-\u200d]/u.test(character) ? DROPPED : SPACE;
  }
  const made = { classes, lower };
  tables.set(style, made);
  return made;
}

/**
 * A tokenizer that splits texts into lower-case words, each a 32-bit FNV-1a hash of its UTF-16 units. One pass, linear
 * time; surrogate pairs (emoji, rare characters) are omitted.
 */
export function wordTokenizer(style: WordStyle): Tokenizer {
  const { classes, lower } = tablesOf(style);
  let capacity = 4096;
  const tokens: Tokens = {
    count: 0,
    hashes: new Uint32Array(capacity),
    starts: new Int32Array(capacity),
    ends: new Int32Array(capacity),
  };
  const grow = (): void => {
    capacity *= 2;
    for (const name of ["hashes", "starts", "ends"] as const) {
      const old = tokens[name];
      const wider = name === "hashes" ? new Uint32Array(capacity) : new Int32Array(capacity);
      wider.set(old);
      Object.assign(tokens, { [name]: wider });
    }
  };
  return (text) => {
    let count = 0;
    let [hash, start, end] = [FNV_BASIS, -1, 0];
    for (let index = 0; index <= text.length; index++) {
      const unit = index === text.length ? 32 : text.charCodeAt(index);
      const kind = classes[unit];
      if (kind === WORD) {
        if (start === -1) start = index;
        hash = Math.imul(hash ^ lower[unit]!, FNV_PRIME);
        end = index + 1;
        continue;
      }
      if (kind === DROPPED) continue;
      if (count + 2 > capacity) grow();
      if (start !== -1) {
        tokens.hashes[count] = mixed(hash);
        tokens.starts[count] = start;
        tokens.ends[count] = end;
        count += 1;
        [hash, start] = [FNV_BASIS, -1];
      }
      if (kind === ALONE) {
        tokens.hashes[count] = mixed(Math.imul(FNV_BASIS ^ unit, FNV_PRIME));
        tokens.starts[count] = index;
        tokens.ends[count] = index + 1;
        count += 1;
      }
    }
    tokens.count = count;
    return tokens;
  };
}

const FNV_BASIS = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** Mixes the bits of a hash. */
function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return Math.imul(half ^ (half >>> 12), 0x297a2d39);
}
