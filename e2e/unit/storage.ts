// A localStorage for code that runs without a browser: its keys are its own properties, as in one, and it can be full.

export function pretendStorage() {
  const storage = {
    kept: {} as Record<string, string>,
    isFull: false,
    begin() {
      storage.kept = {};
      storage.isFull = false;
      const methods: ProxyHandler<object> = {
        get: (_, name) =>
          ({
            getItem: (key: string) => storage.kept[key] ?? null,
            setItem: (key: string, value: string) => {
              if (storage.isFull) throw new Error("QuotaExceededError");
              storage.kept[key] = value;
            },
            removeItem: (key: string) => delete storage.kept[key],
          })[String(name)],
        ownKeys: () => Object.keys(storage.kept),
        getOwnPropertyDescriptor: (_, key) => Object.getOwnPropertyDescriptor(storage.kept, key),
      };
      Object.defineProperty(globalThis, "localStorage", {
        configurable: true,
        value: new Proxy(storage.kept, methods),
      });
    },
    end: () => Reflect.deleteProperty(globalThis, "localStorage"),
  };
  return storage;
}
