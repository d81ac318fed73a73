/** Columns of a tab; only relative indentation matters. */
const TAB_COLUMNS = 4;

/** Characters at the end of a line that precede a block of code. */
const OPENERS = new Set(Array.from(":{([,=>", (character) => character.charCodeAt(0)));

/** Start of a list item: its indentation is a matter of style. */
const BULLETS = new Set(Array.from("-*+•", (character) => character.charCodeAt(0)));

/** Maximum nesting depth of blocks. */
const MOST_DEPTH = 64;

const [TAB, NEWLINE, SPACE] = [0x09, 0x0a, 0x20];

/**
 * Finds where blocks of code begin and end by their indentation, as Python does. Only steps count, so that tabs instead
 * of spaces, two columns instead of four, or an indented text make no difference. An indented line begins a block only
 * after a line that ends like the head of a block, because paragraphs and lists are indented arbitrarily.
 */
export class LineIndent {
  /** True until a visible character is read on the line. */
  isAtStart = true;
  private width = 0;
  private depth = -1;
  private readonly widths = new Int32Array(MOST_DEPTH);

  /** Resets the state for a new text. */
  reset(): void {
    this.depth = -1;
    this.newLine();
  }

  /** Processes a space, a tab, a carriage return or a line feed. */
  takeSpace(codePoint: number): void {
    if (codePoint === NEWLINE) this.newLine();
    else if (this.isAtStart) this.width += codePoint === TAB ? TAB_COLUMNS : codePoint === SPACE ? 1 : 0;
  }

  /**
   * Processes the first visible character of a line, and the last one before it.
   *
   * @returns 1 if a block begins, the number of blocks that end as a negative number, or 0
   */
  startLine(first: number, seenBefore: number): number {
    const { widths, width } = this;
    this.isAtStart = false;
    if (this.depth === -1) {
      widths[(this.depth = 0)] = width;
      return 0;
    }
    if (width > widths[this.depth]!) {
      if (!OPENERS.has(seenBefore) || BULLETS.has(first) || this.depth + 1 === MOST_DEPTH) return 0;
      widths[++this.depth] = width;
      return 1;
    }
    let out = 0;
    for (; this.depth > 0 && width < widths[this.depth]!; this.depth--) out -= 1;
    if (this.depth === 0 && width < widths[0]!) widths[0] = width;
    return out;
  }

  private newLine(): void {
    this.width = 0;
    this.isAtStart = true;
  }
}
