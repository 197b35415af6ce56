import {
  type ConfiguredProvider,
  type Operation,
  PartialFailure,
  type Properties,
  type Provider,
  type ResourceHandler,
} from "../../../local/providers/resource.ts";

export const vpcType = "digitalocean:index/vpc:Vpc";
export const appType = "digitalocean:index/app:App";
export const userType = "digitalocean:index/databaseUser:DatabaseUser";

/** A provider whose cloud is a map, with switches for what can go wrong. */
export class MemoryProvider implements Provider {
  readonly name = "digitalocean";
  readonly version = "4.80.1";
  readonly objects = new Map<string, Properties>();
  readonly configurations: Properties[] = [];
  /** Top-level changes that each update was told. */
  readonly updates: (readonly string[])[] = [];
  /** What the next create does instead of succeeding. */
  next: "fails" | "half" | "hangs" | "mistake" | undefined;
  /** Resolves when a create hangs. */
  hanging: Promise<void>;
  private nowHanging: () => void = () => undefined;

  constructor() {
    this.hanging = new Promise((resolve) => {
      this.nowHanging = resolve;
    });
  }

  async configure(config: Properties): Promise<ConfiguredProvider> {
    if (config.token === undefined) throw new Error("digitalocean:token must be given");
    this.configurations.push(config);
    const name = typeof config.token === "string" ? config.token : "";
    return {
      resources: {
        [vpcType]: this.handler(() => ({ createdAt: name, default: false, vpcUrn: "do:vpc:1" })),
        [appType]: this.handler(() => ({ appUrn: "do:app:1" })),
        [userType]: this.handler(() => ({ password: "generated-password", role: "normal" })),
      },
      functions: {
        "digitalocean:index/getRegion:getRegion": async ({ slug }) => ({ slug, name: "New York 3" }),
      },
    };
  }

  private handler(outputs: () => Properties): ResourceHandler {
    return {
      check: ({ description }) =>
        description === undefined || description === "fine"
          ? []
          : [{ property: "description", reason: "must be fine" }],
      replaces: async (changed) => changed.filter((property) => property === "description"),
      create: async (inputs, operation) => {
        const id = `id-${this.objects.size + 1}`;
        const state = { ...inputs, ...outputs() };
        await this.misbehave(id, state, operation);
        this.objects.set(id, state);
        return { id, state };
      },
      read: async (id) => {
        const state = this.objects.get(id);
        return state === undefined ? undefined : { id, state };
      },
      update: async (id, inputs, _state, operation) => {
        this.updates.push(operation?.changed ?? []);
        const state = { ...inputs, ...outputs() };
        await this.misbehave(id, state, operation);
        this.objects.set(id, state);
        return state;
      },
      delete: async (id) => {
        if (!this.objects.delete(id)) throw new Error("DELETE /v2/things: 404 not found");
      },
      find: async () => undefined,
    };
  }

  private async misbehave(id: string, state: Properties, operation: Operation | undefined): Promise<void> {
    const how = this.next;
    this.next = undefined;
    if (how === "fails") throw new Error("POST /v2/vpcs: 422 name is taken");
    if (how === "mistake") throw new TypeError("x is not a function");
    if (how === "half") {
      this.objects.set(id, state);
      throw new PartialFailure("the deployment failed", { id, state });
    }
    if (how !== "hangs") return;
    operation?.progress("waiting");
    await new Promise((_resolve, reject) => {
      operation?.signal.addEventListener("abort", () => reject(operation.signal.reason));
      this.nowHanging();
    });
  }
}
