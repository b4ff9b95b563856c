/** Runs tasks of one key one after another; tasks of different keys do not wait for each other. */
export type Serial = <T>(key: string, task: () => Promise<T>) => Promise<T>;

export function createSerial(): Serial {
  const last = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(task, task);
    last.set(
      key,
      turn.catch(() => undefined),
    );
    return turn;
  };
}
