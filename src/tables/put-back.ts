/**
 * A generator whose first chunk was read ahead: yields that chunk, then the rest. It also closes the generator if the
 * reader stops after the first chunk.
 */
export async function* putBack<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
