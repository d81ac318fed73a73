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
