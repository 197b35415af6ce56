/** Lets work on the same thing wait for each other and work on different things go on at once. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Does the work after all that was asked for under this key before, whether that failed or not. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.last.get(key) ?? Promise.resolve()).then(work);
    // A failure is for the caller who gets the turn, not for the one who comes after.
    const done = turn.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(key, done);
    void done.then(() => {
      if (this.last.get(key) === done) this.last.delete(key);
    });
    return turn;
  }
}
