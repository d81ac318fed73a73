/**
 * A generator whose first chunk was read ahead: that chunk, then the rest. Also closes the generator if the reader
 * stops after the first.
 */
export async function* putBack<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** Bytes of a file that are examined to recognise its format. */
const HEAD_BYTES = 65_536;

/**
 * The first 64 KiB of a file, whatever the size of its chunks, and all its chunks again.
 *
 * @returns `isWhole` if the head is the whole file
 */
export async function takeHead(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ head: Uint8Array; isWhole: boolean; chunks: AsyncGenerator<Uint8Array> }> {
  const parts: Uint8Array[] = [];
  let [size, isWhole] = [0, false];
  while (size < HEAD_BYTES && !isWhole) {
    const next = await chunks.next();
    isWhole = next.done === true;
    if (next.done === true) break;
    parts.push(Uint8Array.from(next.value)); // a chunk is only valid until the next is asked for
    size += next.value.length;
  }
  const taken = Buffer.concat(parts);
  return {
    head: taken.subarray(0, HEAD_BYTES),
    isWhole: isWhole && size <= HEAD_BYTES,
    chunks: putBack(taken, chunks),
  };
}
