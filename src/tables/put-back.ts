/**
 * The chunks of a generator whose first one was taken to look at it: that one again, then the rest. Closes the
 * generator also where the reader goes away after the first.
 */
export async function* putBack<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
