/** Told of each change of what a world keeps, with the value before. */
export type Watch = (kind: string, key: string, before: unknown, after: unknown) => void;

/** Maps that are put back together to what they were. Their values are only ever replaced. */
export function createMemory() {
  const maps = new Map<string, Map<string, unknown>>();
  let watch: Watch | undefined;

  class Kept<V> extends Map<string, V> {
    readonly #kind: string;
    constructor(kind: string) {
      super();
      this.#kind = kind;
    }
    override set(key: string, value: V): this {
      watch?.(this.#kind, key, this.get(key), value);
      return super.set(key, value);
    }
  }

  return {
    map<V>(kind: string): Map<string, V> {
      const map = new Kept<V>(kind);
      maps.set(kind, map);
      return map;
    },
    /** Everything as it is now; called, it puts that back. */
    snapshot(): () => void {
      const kept = [...maps.values()].map((map) => ({ map, entries: [...map] }));
      return () => {
        const watching = watch;
        watch = undefined;
        for (const { map, entries } of kept) {
          map.clear();
          for (const [key, value] of entries) map.set(key, value);
        }
        watch = watching;
      };
    },
    watch(by: Watch | undefined): void {
      watch = by;
    },
  };
}
export type Memory = ReturnType<typeof createMemory>;
